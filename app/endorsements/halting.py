"""Stopping proposing or endorsing for the whole instance, and letting it go on."""

from __future__ import annotations

import sqlalchemy as sa

from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid
from app.core.language import LANGUAGES, N_
from app.core.permissions import Permission
from app.core.policy_parts import Deed
from app.endorsements.facts import Halted, HaltLifted
from app.endorsements.models import Halt
from app.endorsements.queries import halt_of
from app.endorsements.rules import HALT_REASON_MAX
from moderation import clean_text

STOPPED = {
    Deed.PROPOSE: N_("Nothing can be proposed at the moment. The reason is told at the top of the page."),
    Deed.ENDORSE: N_("Nothing can be endorsed at the moment. The reason is told at the top of the page."),
}


def require_running(ctx: Context, deed: Deed) -> None:
    """Raise `Conflict` where this deed is stopped today: by a pause of the rules, or by an administrator."""
    if ctx.policy.pause_on(ctx.today, deed) is not None or halt_of(ctx, deed) is not None:
        raise Conflict(STOPPED[deed])


def halt(ctx: Context, deed: Deed, reason: dict[str, str]) -> Halt:
    """Stop a deed everywhere at once. The reason (keyed by BCP 47) stands on every page about proposals."""
    ctx.require(Permission.ADMINISTER)
    words = {lang: text for lang, given in reason.items() if lang in LANGUAGES and (text := clean_text(given).strip())}
    if not words:
        raise Invalid(fields={"reason": N_("Please say why. Everybody can read it.")})
    if any(len(text) > HALT_REASON_MAX for text in words.values()):
        raise Invalid(fields={"reason": N_("This text is too long.")})
    if not insert_once(ctx.session, Halt, deed=deed, reason=words, began_at=ctx.now, began_by_id=ctx.actor.person_id):
        raise Conflict(N_("This is stopped already."))
    found = halt_of(ctx, deed)
    if found is None:
        raise Conflict()
    ctx.record(Halted(found.id, deed.value))
    return found


def lift(ctx: Context, deed: Deed) -> None:
    """Let a deed go on."""
    ctx.require(Permission.ADMINISTER)
    ended = (
        sa.update(Halt)
        .where(Halt.deed == deed, Halt.ended_at.is_(None))
        .values(ended_at=ctx.now, ended_by_id=ctx.actor.person_id)
        .returning(Halt.id)
        .execution_options(synchronize_session=False)
    )
    halt_id = ctx.session.scalar(ended)
    if halt_id is None:
        raise Conflict(N_("This is not stopped."))
    ctx.record(HaltLifted(halt_id, deed.value))
