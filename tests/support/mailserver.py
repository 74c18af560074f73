"""A mail server for tests, on a free port of this machine, that answers as it is told.

with mail_server() as server:
    server.answers["RCPT"] = ["451 Not now"]   # the next RCPT gets this, all after it are accepted
    Smtp(Server("127.0.0.1", server.port, ...)).deliver(message)
    server.received                             # the messages it accepted
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DROP = "drop the connection"


@dataclass
class MailServer:
    """What arrived, and what the server is told to answer. `password` None: nobody needs to sign in."""

    password: str | None = None
    answers: dict[str, list[str]] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def answer(self, command: str, server: SMTP) -> str | None:
        """The answer prescribed for the next time a command comes, or None for a friendly one."""
        waiting = self.answers.get(command)
        answer = waiting.pop(0) if waiting else None
        if answer == DROP and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
            return "421 Dropped"
        return answer

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet; counted, because each connection greets once."""
        self.connections += 1
        session.host_name = hostname
        prescribed = self.answer("EHLO", server)
        return [prescribed] if prescribed else responses

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:
        """Greet a client whose EHLO was not answered kindly."""
        session.host_name = hostname
        return self.answer("HELO", server) or "250 Hello"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a sender, once it has signed in."""
        if self.password and not session.authenticated:
            return "530 Sign in first"
        envelope.mail_from = address
        return self.answer("MAIL", server) or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient."""
        answer = self.answer("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a message. "DATA" is answered without keeping it, "AFTER" when it is already kept."""
        answer = self.answer("DATA", server)
        if answer is None:
            self.received.append(_parsed(envelope))
            answer = self.answer("AFTER", server)
        return answer or "250 Accepted"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, kind: str, given: Any) -> AuthResult:
        """Check the password of a client."""
        right = isinstance(given, LoginPassword) and given.password.decode() == self.password
        return AuthResult(success=right, handled=False)


class _FreePort(Controller):
    """A controller that takes any free port and then knows which one it got."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _parsed(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    message = message_from_bytes(content, policy=policy.default)
    message["X-Envelope"] = f"{envelope.mail_from} > {', '.join(envelope.rcpt_tos)}"
    return message


@contextmanager
def mail_server(password: str | None = None) -> Iterator[MailServer]:
    """A running server; gone when the block ends."""
    server = MailServer(password)
    controller = _FreePort(
        server, hostname="127.0.0.1", port=0, authenticator=server.authenticate, auth_require_tls=False
    )
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
