"""Endorsements that did not come over the web: entered by a helper, or from paper. Every channel counts once."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from app.accounts.queries import person_by_email
from app.accounts.rules import mailbox_key
from app.core.areas import areas_of
from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.keys import Keys
from app.core.language import N_
from app.core.permissions import Permission
from app.core.policy_parts import Deed
from app.endorsements.endorsing import CLOSED, Given, put_down
from app.endorsements.halting import STOPPED
from app.endorsements.queries import said_by_voice
from app.endorsements.rules import EVIDENCE_MAX, Channel, Side
from app.identities.queries import known_of
from app.identities.rules import mobile_number
from moderation import clean_line


@dataclass(frozen=True)
class Signature:
    """What somebody signed: by their address or their number, where the sheet is kept, and what they agreed to."""

    channel: Channel
    evidence: str
    email: str = ""
    number: str = ""
    area: str = ""
    wants_news: bool = False


def enter_for(ctx: Context, topic_id: int, signed: Signature) -> Given:
    """Enter the endorsement of somebody else. Of what they signed and what they do online, the first is counted."""
    ctx.require(Permission.REVIEW)
    evidence = clean_line(signed.evidence)[:EVIDENCE_MAX]
    if signed.channel is Channel.WEB or not evidence:
        raise Invalid(fields={"evidence": N_("Please say where the signature is kept.")})
    if signed.area and signed.area not in areas_of(ctx.settings.country):
        raise Invalid(fields={"area": N_("Please choose an area from the list.")})
    if ctx.policy.pause_on(ctx.today, Deed.ENDORSE) is not None:
        raise Conflict(STOPPED[Deed.ENDORSE])
    voice, further = _voices(ctx, signed)
    owner = person_by_email(ctx.session, signed.email) if signed.email else None
    row = {
        "topic_id": topic_id,
        "voice": voice,
        "side": Side.FOR,
        "given_at": ctx.now,
        "given_on": ctx.today,
        "area": signed.area,
        "wants_news": signed.wants_news,
        "person_id": owner.id if owner else None,
        "channel": signed.channel,
        "entered_by_id": ctx.actor.person_id,
        "evidence": evidence,
    }
    if owner:
        further |= known_of(ctx.session, owner.id).voices
    given = put_down(ctx, topic_id, row, further)
    if given is not None:
        return given
    said = said_by_voice(ctx, topic_id, voice)
    if said is None:
        raise Conflict(CLOSED)
    return Given(said, is_new=False)


def _voices(ctx: Context, signed: Signature) -> tuple[str, frozenset[str]]:
    """The voice of whoever signed, and further ones: the same keys that an account has."""
    keys = Keys(current_app.config["CONFIG"].identity_key)
    number = mobile_number(signed.number, ctx.settings.country) if signed.number else ""
    phone = keys.digest("phone", number) if number else ""
    if signed.email:
        return keys.digest("mailbox", mailbox_key(signed.email)), frozenset({phone} if phone else ())
    if not phone:
        raise Invalid(fields={"number": N_("Please enter the address or the number of whoever signed.")})
    return phone, frozenset({phone})
