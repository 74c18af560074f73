"""Publishing rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.core.bounds import BadDocument
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid
from app.core.permissions import Permission
from app.core.policy import Policy
from app.policies.facts import PolicyPublished
from app.policies.models import PolicyRow
from app.policies.queries import newest_version
from app.policies.rules import PublicationInput, check_publication
from moderation import clean_line, clean_text

TRIES = 20


def publish_policy(ctx: Context, entered: PublicationInput) -> int:
    """Publish rules as a new version and return its number. What was begun before keeps its version."""
    ctx.require(Permission.ADMINISTER)
    office = {lang: line for lang, text in entered.office.items() if (line := clean_line(text))}
    note = {lang: words for lang, text in entered.note.items() if (words := clean_text(text))}
    cleaned = replace(entered, policy=_clean(entered.policy), office=office, note=note)
    check_publication(cleaned, ctx.today)
    version = _insert(ctx, cleaned)
    ctx.record(PolicyPublished(version, cleaned.effective_from))
    return version


def _insert(ctx: Context, entered: PublicationInput) -> int:
    """Two publications at once get two versions: whoever finds the number taken takes the next."""
    for _ in range(TRIES):
        version = newest_version(ctx) + 1
        if insert_once(
            ctx.session,
            PolicyRow,
            version=version,
            document=entered.policy.to_json(),
            effective_from=entered.effective_from,
            published_by=entered.office,
            published_at=ctx.now,
            person_id=ctx.actor.person_id,
            note=entered.note,
        ):
            return version
    raise Conflict()


def _clean(policy: Policy) -> Policy:
    """The same rules with the names people gave to pauses cleaned."""
    document = policy.to_json()
    for pause in document["pauses"]:
        pause["name"] = _lines(pause["name"])
    try:
        return Policy.from_json(document)
    except BadDocument as bad:
        raise Invalid(fields={"text": bad.faults[0].reason}) from None


def _lines(texts: Mapping[str, str]) -> dict[str, str]:
    return {lang: clean_line(text) for lang, text in texts.items()}
