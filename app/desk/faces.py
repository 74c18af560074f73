"""The desk in words: cards, filters, workload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for
from flask_babel import gettext, ngettext

from app.agencies.rules import Staff
from app.cases.faces import CaseView, agency_words, case_view
from app.cases.models import Case, CaseTransfer
from app.cases.part_faces import in_charge_words
from app.cases.queries import cases_by_ids
from app.core.context import Context
from app.core.language import Said, said
from app.desk.rules import Desk, Filter, Line, Load, Place, Waiting
from app.replies.rules import ReplyState
from app.topics.pages import Tab
from app.web.i18n import page_locale

PAGES = {Place.REPLY: "replies.edit", Place.PART: "cases.agencies", Place.HOLDING: "replies.hold"}


def filter_tabs(desk: Desk, shown: Filter) -> list[Tab]:
    """The filters of the desk with how many cases each shows."""
    return [
        Tab(text, url_for("desk.show", show=one.value), one is shown, desk.count(one))
        for one, text in {
            Filter.MINE: gettext("My work"),
            Filter.WAITING: gettext("Waits for me"),
            Filter.LATE: gettext("Late"),
            Filter.AGENCY: gettext("My agency"),
            Filter.PUBLISHED: gettext("Published"),
        }.items()
    ]


def desk_cards(ctx: Context, desk: Desk, cases: Sequence[tuple[Line, Case]]) -> list[tuple[CaseView, str, str]]:
    """A card for each case, for whom it waits, and how far it is, who is in charge and how long it is open."""
    ids = {one for line, _ in cases for one in line.others}
    names = agency_words(ctx, ids)
    return [
        (
            case_view(ctx, case, url_for(PAGES[line.place], case_id=case.id)),
            waiting_words(line, names),
            " · ".join(_line_words(ctx, line, case, desk.staff[line.agency_id])),
        )
        for line, case in cases
    ]


def answered_cards(ctx: Context, cases: Sequence[Case]) -> list[tuple[CaseView, str, str]]:
    """A card for each answered case, and how much was adopted."""
    views = [case_view(ctx, case, url_for("replies.edit", case_id=case.id)) for case in cases]
    return [(view, "", view.text) for view in views]


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
    if line.place is Place.HOLDING:
        return gettext("A holding answer waits for you")
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


def draft_words(line: Line) -> str:
    """How far the reply of a case is."""
    if line.reply is None:
        return gettext("No draft yet")
    if line.reply is ReplyState.SUBMITTED:
        return gettext("Waits for an approver")
    return gettext("Sent back to be changed") if line.sent_back else gettext("Draft of the reply")


def _line_words(ctx: Context, line: Line, case: Case, staff: Staff) -> list[str]:
    part = next(one for one in case.agencies if one.agency_id == line.agency_id)
    who = "" if line.acting == ctx.actor.person_id else in_charge_words(staff, part.handler_id, part.deputy_id)
    age = ngettext("open for %(num)s day", "open for %(num)s days", line.days_open)
    draft = "" if line.waiting is Waiting.APPROVER else draft_words(line)
    return [words for words in dict.fromkeys((draft, who, age)) if words]
