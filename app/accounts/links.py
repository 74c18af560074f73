"""Links sent by mail: what they prove, and how long.

A link holds a signed claim (person, epoch, end). Nothing is stored: raising the epoch of a person ends every link, and
so a link that sets a password works once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

from app.accounts.rules import CONFIRM_WITHIN, RESET_WITHIN
from app.core.errors import Refusal
from app.core.language import N_


class Purpose(StrEnum):
    """What a link is for. A link of one purpose is worthless for another."""

    CONFIRM = "confirm"
    RESET = "reset"


VALID_FOR = {Purpose.CONFIRM: CONFIRM_WITHIN, Purpose.RESET: RESET_WITHIN}


class LinkEnded(Refusal):
    """The link is too old, used up, or not ours."""

    status = 410
    code = "link-ended"
    default = N_("This link is no longer valid. Ask for a new one.")


@dataclass(frozen=True)
class Claim:
    """What a valid link proves: its holder reads the mail of this person. Only `MailedLinks.read` hands them out."""

    purpose: Purpose
    person_id: int
    epoch: int


@dataclass(frozen=True)
class MailedLinks:
    """Makes and reads the tokens of mailed links under the secret key of the instance."""

    secret: str

    def token(self, claim: Claim, now: datetime) -> str:
        """The token that proves a claim from `now` on for as long as its purpose allows."""
        end = int((now + VALID_FOR[claim.purpose]).timestamp())
        return str(self._serializer(claim.purpose).dumps([claim.person_id, claim.epoch, end]))

    def read(self, purpose: Purpose, token: str, now: datetime) -> Claim:
        """The claim a token proves at `now`; raises `LinkEnded`."""
        try:
            person_id, epoch, end = self._serializer(purpose).loads(token)
        except BadData:
            raise LinkEnded() from None
        if now.timestamp() > end:
            raise LinkEnded()
        return Claim(purpose, person_id, epoch)

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=f"mailed-link.{purpose}")
