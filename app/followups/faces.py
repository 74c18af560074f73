"""What became of a case in words: demands with their studies and milestones, feedback, and the survey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext, ngettext
from markupsafe import Markup

from app.accounts.names import name_words
from app.cases.models import Demand
from app.core.context import Context
from app.core.language import Said, said
from app.followups.models import Feedback, FeedbackWindow, Milestone, MilestoneNews, Study, StudyNews
from app.followups.queries import After, stale_of
from app.followups.rules import DONE, Satisfaction, Stale, Verdict
from app.followups.telling import results
from app.opinions.mapping import LETTERS
from app.policies.phrases import outcome_name
from app.replies.points import OUTCOME_KINDS
from app.web.filters import number, percent
from app.web.i18n import day_words, page_locale


@dataclass(frozen=True)
class NewsView:
    """News of a study. `outcome` is empty as long as it goes on."""

    id: int
    when: datetime
    text: Markup
    lang: str
    outcome: str
    kind: str


@dataclass(frozen=True)
class StudyView:
    """A study and when its next news is due, in words; `kind` as in `tag`."""

    id: int
    deadline: str
    kind: str
    news: list[NewsView]
    waiting: NewsView | None
    refused: str
    """Why the newest proposed end was sent back; empty if another step has been taken since."""


@dataclass(frozen=True)
class LogLine:
    """A line of the log of a milestone, as the timeline reads it."""

    when: datetime
    text: str
    detail: str
    kind: str = ""


@dataclass(frozen=True)
class StepView:
    """A milestone: how it stands, and why it is flagged."""

    id: int
    title: Said
    status: str
    kind: str
    share: float
    words: str
    flags: list[str]
    log: list[LogLine]


@dataclass(frozen=True)
class DemandView:
    """A demand as it stands now. `carries`: it was adopted, so it has milestones or should have."""

    id: int
    number: int
    demand: Said
    outcome: str
    kind: str
    study: StudyView | None
    steps: list[StepView]
    carries: bool


@dataclass(frozen=True)
class WordsView:
    """Feedback with words, as the component `comment` reads it."""

    id: int
    author: str
    body: Markup
    lang: str
    posted_at: datetime
    state: str
    verdict: str
    replies: tuple[()] = ()


def demand_views(ctx: Context, after: After) -> list[DemandView]:
    """The demands after which something follows, numbered as in the reply."""
    worked_on = after.worked_on
    shown = [(n, one) for n, one in enumerate(after.case.demands, 1) if one in worked_on or after.study_of(one)]
    return [_demand(ctx, after, n, one, one in worked_on) for n, one in shown]


def verdict_words(verdict: Verdict) -> str:
    """Whether a reply answers what was asked, in a word."""
    return {Verdict.YES: gettext("Yes"), Verdict.PARTLY: gettext("Partly"), Verdict.NO: gettext("No")}[verdict]


def satisfaction_words(satisfaction: Satisfaction) -> str:
    """How satisfied somebody is."""
    return {
        Satisfaction.SATISFIED: gettext("Satisfied"),
        Satisfaction.NEITHER: gettext("Neither"),
        Satisfaction.DISSATISFIED: gettext("Not satisfied"),
    }[satisfaction]


def feedback_rows(window: FeedbackWindow) -> list[list[str]]:
    """How many said that the reply answers what was asked, by what they said; nothing where nobody said anything."""
    counts = {one: getattr(window, one.value) for one in Verdict}
    total, here = sum(counts.values()), page_locale()
    return [[verdict_words(one), number(n, here), percent(n / total, here)] for one, n in counts.items() if total]


def words_views(found: Sequence[Feedback]) -> list[WordsView]:
    """What people said of a reply; hidden words leave a marker."""
    return [
        WordsView(
            id=one.id,
            author=name_words(one.person),
            body=_made_safe(one.html),
            lang=one.lang,
            posted_at=one.written_at,
            state="shown" if one.hidden_at is None else "hidden",
            verdict=verdict_words(one.verdict),
        )
        for one in found
    ]


def survey_rows(after: After) -> list[list[object]]:
    """The told answers of everyone and of each group: share with its range for each answer, and how many answered."""
    here = page_locale()
    rows: list[list[object]] = []
    for result in results(after.survey.told) if after.survey else []:
        name = gettext("Group %(letter)s", letter=LETTERS[result.group]) if result.group else gettext("Everyone")
        cells: list[object] = [
            [percent(one.rate, here), f"{percent(one.low, here)}–{percent(one.high, here)}"]
            for one in result.shares.values()
        ]
        rows.append([name, *cells, number(result.n, here)])
    return rows


def study_view(ctx: Context, study: Study) -> StudyView:
    """A study as it stands today."""
    deadline, kind = _deadline(study, ctx.today)
    newest = study.news[-1] if study.news else None
    return StudyView(
        id=study.id,
        deadline=deadline,
        kind=kind,
        news=[_news(one) for one in study.published],
        waiting=_news(study.waiting) if study.waiting else None,
        refused=newest.refused_because if newest else "",
    )


def step_view(ctx: Context, milestone: Milestone) -> StepView:
    """A milestone as it stands today."""
    here, today = page_locale(), ctx.today
    stale = stale_of(milestone, today)
    day = day_words(milestone.due_on, today)
    status, kind = gettext("On its way"), "brand"
    if milestone.is_done:
        status, kind = gettext("Done"), "done"
    elif Stale.LATE in stale:
        status, kind = gettext("Late"), "late"
    elif Stale.QUIET in stale:
        status, kind = gettext("Nothing heard"), "soon"
    return StepView(
        id=milestone.id,
        title=said(milestone.title, here),
        status=status,
        kind=kind,
        share=milestone.progress / 100,
        words=gettext("%(share)s · due %(day)s", share=percent(milestone.progress / 100, here), day=day),
        flags=[_flag(why, milestone, today) for why in stale],
        log=_log(milestone, today),
    )


def demand_words(demand: Demand) -> Said:
    """What was demanded, in its language."""
    return Said(demand.text, demand.lang)


def _demand(ctx: Context, after: After, place: int, demand: Demand, carries: bool) -> DemandView:
    outcome, study = after.outcome_of(demand), after.study_of(demand)
    return DemandView(
        id=demand.id,
        number=place,
        demand=demand_words(demand),
        outcome=outcome_name(outcome) if outcome else "",
        kind=OUTCOME_KINDS[outcome] if outcome else "",
        study=study_view(ctx, study) if study else None,
        steps=[step_view(ctx, one) for one in after.milestones_of(demand)],
        carries=carries,
    )


def _deadline(study: Study, today: date) -> tuple[str, str]:
    if study.ended_on is not None:
        return gettext("The study ended on %(day)s.", day=day_words(study.ended_on, today)), "done"
    due_on = study.clock.due_on
    day = day_words(due_on, today)
    if today <= due_on:
        return gettext("News is due by %(day)s.", day=day), "brand"
    late = (today - due_on).days
    return ngettext(
        "News was due by %(day)s: %(num)s day late.", "News was due by %(day)s: %(num)s days late.", late, day=day
    ), "late"


def _news(news: StudyNews) -> NewsView:
    return NewsView(
        id=news.id,
        when=news.published_at or news.written_at,
        text=_made_safe(news.html),
        lang=news.lang,
        outcome=outcome_name(news.outcome) if news.outcome else "",
        kind=OUTCOME_KINDS[news.outcome] if news.outcome else "",
    )


def _flag(why: Stale, milestone: Milestone, today: date) -> str:
    if why is Stale.LATE:
        return gettext("Its day has passed and it is not done.")
    return gettext("Nothing was heard of it since %(day)s.", day=day_words(milestone.heard_on, today))


def _log(milestone: Milestone, today: date) -> list[LogLine]:
    """What was promised and reported, the newest first; the notes stand below what they are about."""
    before = [None, *(one.due_on for one in milestone.news)]
    pairs = zip(milestone.news, before, strict=False)
    return [LogLine(one.written_at, _moved(one, day, today), one.note, _tone(one)) for one, day in pairs][::-1]


def _tone(news: MilestoneNews) -> str:
    return "done" if news.progress >= DONE else ""


def _moved(news: MilestoneNews, before: date | None, today: date) -> str:
    day, share = day_words(news.due_on, today), percent(news.progress / 100, page_locale())
    if before is None:
        return gettext("Promised for %(day)s", day=day)
    if news.progress >= DONE:
        return gettext("Done")
    return share if news.due_on == before else gettext("%(share)s; now due %(day)s", share=share, day=day)


def _made_safe(html: str) -> Markup:
    """Markup out of this feature's tables, which hold nothing but what `moderation.render` made."""
    return Markup(html)  # noqa: S704
