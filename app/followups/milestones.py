"""The steps of what was adopted: promised with a date, reported on in public, and flagged when they go stale."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import LANGUAGES, LOCALES, N_
from app.core.permissions import Permission
from app.core.texts import checked, checked_lang
from app.followups.facts import MilestoneAdded, MilestoneMoved, MilestoneWentStale
from app.followups.models import Milestone, MilestoneNews, MilestoneReminder
from app.followups.queries import After, milestone_by_id, stale_of
from app.followups.rules import DONE, NOTE_MAX, TITLE_MAX, MilestoneInput, ProgressInput
from moderation import clean_line

MOST = 50
"""Milestones of a case."""


def add_milestone(ctx: Context, after: After, demand_id: int, entered: MilestoneInput) -> Milestone:
    """An officer of the lead says what will be done by when for a demand that was adopted, at least in part."""
    ctx.require(Permission.REPLY_WRITE, after.case.lead_ids)
    demand = next((one for one in after.case.demands if one.id == demand_id), None)
    if demand is None:
        raise NotFound()
    if demand not in after.worked_on:
        raise Conflict(N_("Only what was adopted has milestones."))
    if len(after.milestones) >= MOST:
        raise Conflict(N_("This case has as many milestones as it can have."))
    if entered.due_on <= ctx.today:
        raise Invalid(fields={"due_on": N_("Please choose a day that is still to come.")})
    milestone = Milestone(
        case_id=after.case.id,
        demand_id=demand.id,
        title=_titles(entered.title),
        due_on=entered.due_on,
        progress=0,
        added_at=ctx.now,
        heard_on=ctx.today,
    )
    ctx.session.add(milestone)
    ctx.session.flush()
    _log(ctx, milestone, "", LOCALES[0])
    ctx.record(MilestoneAdded(after.case.topic_id, after.case.id, milestone.id, milestone.due_on))
    return milestone


def move_milestone(ctx: Context, milestone_id: int, entered: ProgressInput) -> MilestoneNews:
    """An officer of the lead reports how far a milestone is. Another day than before needs a note that says why."""
    milestone = milestone_by_id(ctx, milestone_id, lock=True)
    ctx.require(Permission.REPLY_WRITE, milestone.case.lead_ids)
    before = milestone.due_on
    needed = "" if entered.due_on == before else N_("Please say why the day has changed.")
    note = checked("note", entered.note, NOTE_MAX, needed=needed)
    if not 0 <= entered.progress <= DONE:
        raise Invalid(fields={"progress": N_("Please enter a number from 0 to 100.")})
    if entered.due_on != before and entered.due_on <= ctx.today:
        raise Invalid(fields={"due_on": N_("Please choose a day that is still to come.")})
    lang = checked_lang(entered.lang)
    milestone.progress, milestone.due_on, milestone.heard_on = entered.progress, entered.due_on, ctx.today
    news = _log(ctx, milestone, note, lang)
    case = milestone.case
    ctx.record(MilestoneMoved(case.topic_id, case.id, milestone.id, entered.progress, entered.due_on, before))
    return news


def remind(ctx: Context, milestone_id: int) -> int:
    """Remind the agency of a stale milestone: once for each reason and the day it holds from; returns for how many."""
    ctx.require(Permission.RUN)
    milestone = milestone_by_id(ctx, milestone_id)
    reminded = 0
    for why, since in stale_of(milestone, ctx.today).items():
        key = {"milestone_id": milestone.id, "why": why, "since": since}
        if insert_once(ctx.session, MilestoneReminder, **key, reminded_at=ctx.now):
            ctx.record(MilestoneWentStale(milestone.case.topic_id, milestone.case_id, milestone.id, why, since))
            reminded += 1
    return reminded


def _log(ctx: Context, milestone: Milestone, note: str, lang: str) -> MilestoneNews:
    """Write down how the milestone stands now."""
    news = MilestoneNews(
        milestone_id=milestone.id,
        progress=milestone.progress,
        due_on=milestone.due_on,
        note=note,
        lang=lang,
        author_id=ctx.actor.person_id,
        written_at=ctx.now,
    )
    ctx.session.add(news)
    ctx.session.flush()
    return news


def _titles(entered: Mapping[str, str]) -> dict[str, str]:
    titles = {lang: clean_line(text) for lang, text in entered.items() if lang in LANGUAGES and clean_line(text)}
    if not titles:
        raise Invalid(fields={"title": N_("Please say what will be done.")})
    if any(len(title) > TITLE_MAX for title in titles.values()):
        raise Invalid(fields={"title": N_("This text is too long.")})
    return titles
