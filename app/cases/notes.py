"""Internal notes on a case: for the officers of its agencies, never changed, never public."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.cases.facts import NoteWritten
from app.cases.models import Case, CaseNote
from app.cases.rules import NOTE_MAX
from app.core.context import Context
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked
from moderation import render


def write_note(ctx: Context, case: Case, text: str) -> CaseNote:
    """Write a note on a case of one's agency."""
    mine = ctx.agency_for(Permission.REPLY_WRITE, case.agency_ids)
    words = checked("text", text, NOTE_MAX, needed=N_("Please write something."))
    return add_note(ctx, case, mine, words)


def notes_of(ctx: Context, case: Case) -> Sequence[CaseNote]:
    """The notes on a case of one's agency, the newest first."""
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    query = (
        sa.select(CaseNote)
        .where(CaseNote.case_id == case.id)
        .options(joinedload(CaseNote.author), joinedload(CaseNote.agency))
        .order_by(CaseNote.id.desc())
    )
    return ctx.session.scalars(query).all()


def add_note(ctx: Context, case: Case, agency_id: int, words: str) -> CaseNote:
    """A note in clean words, as part of an act that was allowed."""
    note = CaseNote(
        case_id=case.id,
        agency_id=agency_id,
        author_id=ctx.actor.person_id,
        written_at=ctx.now,
        text=words,
        html=str(render(words)),
    )
    ctx.session.add(note)
    ctx.session.flush()
    ctx.record(NoteWritten(case.topic_id, case.id, note.id))
    return note
