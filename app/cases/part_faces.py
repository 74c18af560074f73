"""Who answers a case, in words for its officers: the parts of the agencies, who is in charge, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from app.agencies.queries import staff_of
from app.agencies.rules import Staff
from app.cases.assigning import missing_parts
from app.cases.models import Case, CaseAgency, CaseNote
from app.cases.notes import notes_of
from app.cases.rules import PartState
from app.core.context import Context
from app.core.language import said
from app.core.permissions import Permission
from app.topics.pages import Tab
from app.topics.rules import Part
from app.web.i18n import page_locale


@dataclass(frozen=True)
class PartView:
    """An agency's part as officers see it. `kind` is that of the tag."""

    part: CaseAgency
    name: str
    role: str
    state: str
    kind: str
    in_charge: str
    contribution: Markup


def case_tabs(case: Case, endpoint: str) -> list[Tab]:
    """The pages of a case on the desk; `endpoint` is the one being shown."""
    pages = {
        "replies.edit": gettext("Reply"),
        "cases.agencies": gettext("Who answers"),
        "cases.notes": gettext("Internal notes"),
    }
    here = endpoint if endpoint in pages else "replies.edit"
    return [Tab(text, url_for(name, case_id=case.id), name == here) for name, text in pages.items()]


def part_views(ctx: Context, case: Case) -> list[PartView]:
    """The agencies of a case, those that answer now first."""
    staff = staff_of(ctx, case.agency_ids)
    return [_part_view(case, part, staff) for part in case.parts_in_order]


def own_parts(ctx: Context, case: Case) -> list[CaseAgency]:
    """The present parts of the agencies this officer works for."""
    return [part for part in case.agencies if ctx.actor.may(Permission.REPLY_WRITE, [part.agency_id])]


def in_charge(ctx: Context, case: Case) -> list[str]:
    """Who is in charge of a case in the officer's own agencies."""
    mine = own_parts(ctx, case)
    staff = staff_of(ctx, [part.agency_id for part in mine])
    words = [in_charge_words(staff[part.agency_id], part.handler_id, part.deputy_id) for part in mine]
    return list(dict.fromkeys(words))


def in_charge_words(staff: Staff, handler_id: int | None, deputy_id: int | None) -> str:
    """Who is in charge today: "Ms Lin", "Mr Wu for Ms Lin"."""
    acting = staff.acting(handler_id, deputy_id)
    if acting is None:
        return gettext("Nobody works for this agency here yet.")
    name = staff.names[acting]
    if handler_id is None:
        return gettext("%(name)s, contact person", name=name)
    if acting == handler_id or handler_id not in staff.names:
        return name
    return gettext("%(deputy)s for %(name)s", deputy=name, name=staff.names[handler_id])


def note_views(ctx: Context, case: Case) -> list[tuple[CaseNote, str, Markup]]:
    """The internal notes with the agency of their author and their text, ready for a page."""
    return [(note, said(note.agency.name, page_locale()).text, _made_safe(note.html)) for note in notes_of(ctx, case)]


def missing_words(case: Case) -> str:
    """The agencies whose part is missing, in words."""
    return gettext(", ").join(said(part.agency.name, page_locale()).text for part in missing_parts(case))


def _part_view(case: Case, part: CaseAgency, staff: Mapping[int, Staff]) -> PartView:
    joint = len(case.leads) > 1
    names = {
        PartState.REQUIRED: (gettext("Part is missing"), "soon"),
        PartState.CONTRIBUTED: (gettext("Part is in"), "done"),
        PartState.RELEASED: (gettext("Released"), ""),
    }
    state, kind = names[part.state]
    if part.state is PartState.REQUIRED and part not in missing_parts(case):
        state, kind = gettext("Writes the reply"), "brand"
    lead = gettext("Joint lead") if joint else gettext("Lead")
    is_here = part.released_at is None
    who = in_charge_words(staff[part.agency_id], part.handler_id, part.deputy_id) if is_here else ""
    return PartView(
        part=part,
        name=said(part.agency.name, page_locale()).text,
        role=lead if part.part is Part.LEAD else gettext("Takes part"),
        state=state,
        kind=kind,
        in_charge=who,
        contribution=_made_safe(part.contribution_html),
    )


def _made_safe(html: str) -> Markup:
    """Markup out of this feature's tables, which hold nothing but what `moderation.render` made."""
    return Markup(html)  # noqa: S704
