"""The desk in words: cards, filters, workload; and the frame of a case there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from app.agencies.queries import agency_names, staff_of
from app.agencies.rules import Staff
from app.core.context import Context
from app.core.language import Said, said
from app.core.permissions import Permission
from app.replies.assigning import missing_parts
from app.replies.desk import Desk, Filter, Line, Load
from app.replies.faces import CaseView, case_view
from app.replies.models import Case, CaseAgency
from app.replies.notes import notes_of
from app.replies.parts import PartState, Waiting
from app.replies.points import draft_words
from app.replies.queries import cases_by_ids
from app.replies.records import CaseNote, CaseTransfer
from app.replies.rules import ReplyState
from app.topics.rules import Part
from app.web.i18n import page_locale


@dataclass(frozen=True)
class Tab:
    """A filter or a page, as the tabs component reads it."""

    text: str
    href: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class StepView:
    """A step on the way to a published reply, as the steps component reads it."""

    text: str
    state: str


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


def filter_tabs(desk: Desk, shown: Filter) -> list[Tab]:
    """The filters of the desk with how many cases each shows."""
    return [
        Tab(text, url_for("replies.desk", show=one.value), one is shown, len(desk.shown(one)))
        for one, text in {
            Filter.MINE: gettext("My work"),
            Filter.WAITING: gettext("Waits for me"),
            Filter.LATE: gettext("Late"),
            Filter.AGENCY: gettext("My agency"),
        }.items()
    ]


def desk_cards(ctx: Context, desk: Desk, cases: Sequence[tuple[Line, Case]]) -> list[tuple[CaseView, str, str]]:
    """A card for each case, for whom it waits, and how far it is, who is in charge and how long it is open."""
    ids = {one for line, _ in cases for one in line.others}
    names = {key: said(name, page_locale()).text for key, name in agency_names(ctx, ids).items()} if ids else {}
    return [
        (
            case_view(ctx, case, url_for("replies.edit", case_id=case.id)),
            waiting_words(line, names),
            " · ".join(_line_words(ctx, line, case, desk.staff[line.agency_id])),
        )
        for line, case in cases
    ]


def offer_rows(ctx: Context, offers: Sequence[CaseTransfer]) -> list[tuple[CaseTransfer, Said, str]]:
    """Offers to this officer's agencies, each with the title of its case and who offers it."""
    cases = cases_by_ids(ctx, [offer.case_id for offer in offers]) if offers else {}
    return [
        (
            offer,
            said(cases[offer.case_id].topic.title, page_locale()),
            said(offer.from_agency.name, page_locale()).text,
        )
        for offer in offers
    ]


def load_rows(loads: list[Load]) -> list[list[str | int]]:
    """The workload as rows of a table."""
    return [[load.name, load.open, load.late, load.this_week] for load in loads]


def waiting_words(line: Line, names: Mapping[int, str]) -> str:
    """For whom a case waits: "Waits for the Works Department"."""
    if line.is_my_turn:
        return gettext("Waits for you") if line.waiting is Waiting.APPROVER else gettext("It is your turn")
    match line.waiting:
        case Waiting.APPROVER:
            return gettext("Waits for an approver")
        case Waiting.TRANSFER:
            return gettext("Offered to another agency")
        case Waiting.AGENCIES:
            return gettext("Waits for %(agencies)s", agencies=gettext(", ").join(names[one] for one in line.others))
        case Waiting.US:
            return gettext("Waits for your agency")


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


def case_tabs(case: Case, endpoint: str) -> list[Tab]:
    """The pages of a case on the desk; `endpoint` is the one being shown."""
    pages = {
        "replies.edit": gettext("Reply"),
        "replies.work.agencies": gettext("Who answers"),
        "replies.work.notes": gettext("Internal notes"),
    }
    here = endpoint if endpoint in pages else "replies.edit"
    return [Tab(text, url_for(name, case_id=case.id), name == here) for name, text in pages.items()]


def case_steps(case: Case) -> list[StepView]:
    """How far a case is on the way to its published reply."""
    state = case.reply.state if case.reply else ReplyState.DRAFT
    now = list(ReplyState).index(state) + case.is_answered
    words = (gettext("Write"), gettext("Approval"), gettext("Published"))
    return [StepView(text, "done" if at < now else "now" if at == now else "later") for at, text in enumerate(words)]


def part_views(ctx: Context, case: Case) -> list[PartView]:
    """The agencies of a case, those that answer now first."""
    staff = staff_of(ctx, case.agency_ids)
    return [_part_view(case, part, staff) for part in sorted(case.parts, key=_present_first)]


def own_parts(ctx: Context, case: Case) -> list[CaseAgency]:
    """The present parts of the agencies this officer works for."""
    return [part for part in case.agencies if ctx.actor.may(Permission.REPLY_WRITE, [part.agency_id])]


def in_charge(ctx: Context, case: Case) -> list[str]:
    """Who is in charge of a case in the officer's own agencies."""
    mine = own_parts(ctx, case)
    staff = staff_of(ctx, [part.agency_id for part in mine])
    words = [in_charge_words(staff[part.agency_id], part.handler_id, part.deputy_id) for part in mine]
    return list(dict.fromkeys(words))


def note_views(ctx: Context, case: Case) -> list[tuple[CaseNote, str, Markup]]:
    """The internal notes with the agency of their author and their text, ready for a page."""
    return [(note, said(note.agency.name, page_locale()).text, _made_safe(note.html)) for note in notes_of(ctx, case)]


def missing_words(case: Case) -> str:
    """The agencies whose part is missing, in words."""
    return gettext(", ").join(said(part.agency.name, page_locale()).text for part in missing_parts(case))


def _line_words(ctx: Context, line: Line, case: Case, staff: Staff) -> list[str]:
    part = next(one for one in case.agencies if one.agency_id == line.agency_id)
    who = "" if line.acting == ctx.actor.person_id else in_charge_words(staff, part.handler_id, part.deputy_id)
    age = ngettext("open for %(num)s day", "open for %(num)s days", line.days_open)
    draft = "" if line.waiting is Waiting.APPROVER else draft_words(case)
    return [words for words in dict.fromkeys((draft, who, age)) if words]


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


def _present_first(part: CaseAgency) -> tuple[bool, bool, int]:
    return part.released_at is not None, part.part is not Part.LEAD, part.id


def _made_safe(html: str) -> Markup:
    """Markup out of this feature's tables, which hold nothing but what `moderation.render` made."""
    return Markup(html)  # noqa: S704
