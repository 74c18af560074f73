"""How a text message leaves: into a log file, or through an HTTP gateway. `SMS_URL` says which.

file:///var/lib/minyi/texts.log    https://:token@gateway.example/send    https://user:password@gateway.example/send

The gateway gets one POST of JSON: {"to": "+886912345678", "text": "...", "reference": "..."}. Any 2xx means accepted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

TIMEOUT_SECONDS = 10
PASSING = {408, 425, 429}
"""RFC 9110, RFC 6585: another attempt may be accepted. So may one after any 5xx."""


class TryLater(Exception):
    """The text was not accepted this time."""


class Refused(Exception):
    """The text will never be accepted."""


class Gateway(Protocol):
    """A way out."""

    def deliver(self, number: str, text: str, reference: str) -> None:
        """Hand a text over; returns when it is accepted. Raises `TryLater`, `Refused`."""
        ...


def gateway_for(url: str) -> Gateway:
    """The way out that SMS_URL names."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return LogFile(Path(unquote(parts.path)))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    place = parts.netloc.rpartition("@")[2]
    return HttpGateway(urlunsplit(parts._replace(netloc=place)), user, password)


@dataclass(frozen=True)
class LogFile:
    """One line of JSON for each text, for development."""

    path: Path

    def deliver(self, number: str, text: str, reference: str) -> None:
        line = json.dumps({"to": number, "text": text, "reference": reference}, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as error:
            raise TryLater(f"{self.path}: {error.strerror}") from error


@dataclass(frozen=True)
class HttpGateway:
    """Any service that takes the POST above. Without a user the password is sent as a bearer token (RFC 6750)."""

    url: str
    user: str
    password: str = field(repr=False)

    def deliver(self, number: str, text: str, reference: str) -> None:
        headers = {"Authorization": f"Bearer {self.password}"} if self.password and not self.user else {}
        basic = (self.user, self.password) if self.user else None
        body = {"to": number, "text": text, "reference": reference}
        try:
            answer = requests.post(
                self.url, json=body, headers=headers, auth=basic, timeout=TIMEOUT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise TryLater(type(error).__name__) from None  # its words may hold the address, and so the password
        if answer.ok and answer.status_code < 300:
            return
        final = 300 <= answer.status_code < 500 and answer.status_code not in PASSING
        raise (Refused if final else TryLater)(f"the gateway answers {answer.status_code}")
