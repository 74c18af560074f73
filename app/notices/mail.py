"""How a letter leaves: by SMTP, or into a folder. `MAIL_URL` says which.

smtp://user:password@mail.example:587?tls=starttls    smtps://user:password@mail.example    file:///var/mail/minyi
"""

from __future__ import annotations

import os
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from app.config import BadConfig
from app.notices.models import Letter

TIMEOUT_SECONDS = 20
SIGN_IN_CODES = {530, 534, 535, 538}
"""RFC 4954: the server wants us to sign in otherwise. The setting is wrong then, not the letter: it waits."""


class TryLater(Exception):
    """The letter was not accepted this time."""


class Unreachable(TryLater):
    """The way out is closed for every letter, not for this one only."""


class Refused(Exception):
    """The letter will never be accepted."""


class Transport(Protocol):
    """A way out."""

    def deliver(self, message: EmailMessage) -> None:
        """Hand a message over; returns when it is accepted. Raises `TryLater`, `Unreachable`, `Refused`."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


def as_message(letter: Letter, sender: str, name: str) -> EmailMessage:
    """The letter as a message of RFC 5322, the same on every attempt. A line break in a header raises ValueError.

    `sender` is MAIL_FROM, an address with or without a name of its own; `name` stands there if it has none.
    """
    own_name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(own_name or name, addr_spec=address)
    message["To"] = Address(addr_spec=letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = letter.written_at
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to us
    message.set_content(letter.text)
    message["Content-Language"] = letter.lang  # set_content drops every Content-* header set before it
    return message


def check_settings(url: str, sender: str) -> None:
    """Raise `BadConfig` for a MAIL_URL or MAIL_FROM with which no letter could leave, as far as one sees from here."""
    transport_for(url)
    try:
        Address(addr_spec=parseaddr(sender)[1])
    except (MessageError, ValueError, IndexError):
        raise BadConfig("MAIL_FROM", f"{sender!r} is no e-mail address") from None
    if "@" not in sender or not sender.isprintable():
        raise BadConfig("MAIL_FROM", f"{sender!r} is no e-mail address")


def transport_for(url: str) -> Transport:
    """The way out that MAIL_URL names; raises `BadConfig`."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Folder(Path(unquote(parts.netloc + parts.path)))
    tls = parse_qs(parts.query).get("tls", ["none"])[-1]
    if tls not in {"none", "starttls"} or (parts.scheme == "smtps" and tls == "starttls"):
        raise BadConfig("MAIL_URL", "takes ?tls=starttls with smtp://, and nothing else")
    try:
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
    except ValueError:
        raise BadConfig("MAIL_URL", "has a port that is none") from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Smtp(Server(parts.hostname or "", port, user, password, "tls" if parts.scheme == "smtps" else tls))


@dataclass
class Folder:
    """Writes each message into a file of its own; the second attempt at a message overwrites the first."""

    path: Path

    def deliver(self, message: EmailMessage) -> None:
        when: datetime = message["Date"].datetime
        token = message["Message-ID"].strip("<>").partition("@")[0]
        file = self.path / f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}-{token}.eml"
        part = file.with_suffix(".part")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            part.write_bytes(message.as_bytes())
            os.replace(part, file)
        except OSError as error:
            raise Unreachable(f"{self.path}: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Server:
    """A mail server. `tls` is "none", "starttls" (RFC 3207), or "tls" from the first byte (RFC 8314)."""

    host: str
    port: int
    user: str
    password: str
    tls: str


class Smtp:
    """Speaks SMTP. One connection serves many letters; after any trouble the next letter gets a new one."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.connection: smtplib.SMTP | None = None

    def deliver(self, message: EmailMessage) -> None:
        connection = self._connected()
        try:
            connection.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _judged(error) from error

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        """The open connection, or a new one. Whatever goes wrong before the letter itself is no fault of the letter."""
        if self.connection is None:
            try:
                self.connection = self._open()
                self._introduce(self.connection)
            except (smtplib.SMTPException, OSError) as error:
                self.close()
                raise Unreachable(f"{self.server.host}: {_words(error)}") from error
        return self.connection

    def _open(self) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        if self.server.tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)

    def _introduce(self, connection: smtplib.SMTP) -> None:
        if self.server.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if self.server.user:
            connection.login(self.server.user, self.server.password)
        connection.ehlo_or_helo_if_needed()


def _judged(error: Exception) -> TryLater | Refused:
    """What a failure after the introduction means: 5xx is for good (RFC 5321, 4.2.1), anything else may pass.

    A refused sender is refused for every letter: the setting is wrong, and the letters wait until it is right.
    """
    if isinstance(error, smtplib.SMTPSenderRefused | TimeoutError):
        return Unreachable(_words(error))
    code = 0
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    elif isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
    if 500 <= code < 600 and code not in SIGN_IN_CODES:
        return Refused(_words(error))
    return TryLater(_words(error))


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return f"{code} {answer.decode(errors='replace')}"
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"{error.smtp_code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
    return f"{type(error).__name__}: {error}"
