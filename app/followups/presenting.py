"""What became of a case as the API and exports tell it: the public fields and their names."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from app.accounts.names import shown_name
from app.core.answers import Outcome
from app.core.clock import rfc3339
from app.core.context import Context
from app.followups.models import Feedback, FeedbackWindow, Milestone, MilestoneNews, Study, StudyNews, Survey
from app.followups.queries import After, feedback_list, stale_of
from app.followups.rules import Satisfaction, Stale, Verdict
from app.followups.telling import Result, results


class WordsOut(BaseModel):
    """What somebody said of the reply. Hidden words leave their place; they stay counted."""

    id: int
    author: str | None
    verdict: Verdict
    state: Literal["shown", "hidden"]
    text: str
    html: str
    lang: str
    written_at: str


class FeedbackOut(BaseModel):
    """Whether the reply answers what was asked. `until` is the last local day; counts and words are public after it."""

    until: str
    is_open: bool
    counts: dict[Verdict, int] | None
    words: list[WordsOut]


class ShareOut(BaseModel):
    """How many gave an answer, the share, and its 95 % interval (Wilson)."""

    count: int
    share: float
    low: float
    high: float


class ResultOut(BaseModel):
    """The answers of everyone (`group` 0) or of one opinion group of the map."""

    group: int
    n: int
    answers: dict[Satisfaction, ShareOut]


class SurveyOut(BaseModel):
    """How satisfied those are who took part. Told anew once five more have answered; smaller groups are left out.

    `map`: the map whose groups are meant, null where it had none.
    """

    due_on: str
    asked_at: str | None
    map: int | None
    results: list[ResultOut]


class StudyNewsOut(BaseModel):
    """News of a study; with an outcome it ended the study."""

    outcome: Outcome | None
    text: str
    html: str
    lang: str
    published_at: str


class StudyOut(BaseModel):
    """A demand (counted from 1) that was taken under study, and the day by which the next news is due."""

    demand: int
    started_on: str
    due_on: str | None
    late: bool
    outcome: Outcome | None
    ended_on: str | None
    news: list[StudyNewsOut]


class ProgressOut(BaseModel):
    """A line of the log of a milestone, as it stood then."""

    progress: int
    due_on: str
    note: str
    lang: str
    written_at: str


class MilestoneOut(BaseModel):
    """A step of an adopted demand (counted from 1). `title` by BCP 47 tag; `stale`: why it is flagged, since when."""

    id: int
    demand: int
    title: dict[str, str]
    due_on: str
    progress: int
    heard_on: str
    stale: dict[Stale, str]
    log: list[ProgressOut]


class FollowupsOut(BaseModel):
    """What became of a case since its reply."""

    issue: str
    feedback: FeedbackOut | None
    survey: SurveyOut | None
    studies: list[StudyOut]
    milestones: list[MilestoneOut]


def present_followups(ctx: Context, after: After) -> dict[str, Any]:
    """The public fields of what became of a case."""
    numbers = {demand.id: number for number, demand in enumerate(after.case.demands, 1)}
    return {
        "issue": after.case.topic.slug,
        "feedback": present_feedback(ctx, after.window) if after.window else None,
        "survey": present_survey(after.survey) if after.survey else None,
        "studies": [present_study(ctx, one, numbers[one.demand_id]) for one in after.studies],
        "milestones": [present_milestone(ctx, one, numbers[one.demand_id]) for one in after.milestones],
    }


def present_feedback(ctx: Context, window: FeedbackWindow) -> dict[str, Any]:
    """Feedback: while it is gathered only until when, so that nobody follows the crowd."""
    is_open = ctx.today <= window.until
    return {
        "until": window.until.isoformat(),
        "is_open": is_open,
        "counts": None if is_open else {one: getattr(window, one.value) for one in Verdict},
        "words": [] if is_open else [present_words(one) for one in feedback_list(ctx, window.case_id)],
    }


def present_words(one: Feedback) -> dict[str, Any]:
    """What somebody said, without author and words where it was hidden."""
    shown = one.hidden_at is None
    return {
        "id": one.id,
        "author": shown_name(one.person) if shown else None,
        "verdict": one.verdict,
        "state": "shown" if shown else "hidden",
        "text": one.text if shown else "",
        "html": one.html if shown else "",
        "lang": one.lang,
        "written_at": rfc3339(one.written_at),
    }


def present_survey(survey: Survey) -> dict[str, Any]:
    """A survey as far as it may be told."""
    return {
        "due_on": survey.due_on.isoformat(),
        "asked_at": rfc3339(survey.asked_at) if survey.asked_at else None,
        "map": survey.snapshot_id if survey.groups else None,
        "results": [present_result(one) for one in results(survey.told)],
    }


def present_result(result: Result) -> dict[str, Any]:
    """The answers of everyone or of a group."""
    answers = {
        one: {"count": s.count, "share": round(s.rate, 4), "low": round(s.low, 4), "high": round(s.high, 4)}
        for one, s in result.shares.items()
    }
    return {"group": result.group, "n": result.n, "answers": answers}


def present_study(ctx: Context, study: Study, demand: int) -> dict[str, Any]:
    """A study with its published news, the newest first."""
    runs = study.outcome is None
    return {
        "demand": demand,
        "started_on": study.started_on.isoformat(),
        "due_on": study.clock.due_on.isoformat() if runs else None,
        "late": runs and ctx.today > study.clock.due_on,
        "outcome": study.outcome,
        "ended_on": study.ended_on.isoformat() if study.ended_on else None,
        "news": [present_news(one) for one in study.published],
    }


def present_news(news: StudyNews) -> dict[str, Any]:
    """Published news of a study."""
    return {
        "outcome": news.outcome,
        "text": news.text,
        "html": news.html,
        "lang": news.lang,
        "published_at": rfc3339(news.published_at) if news.published_at else None,
    }


def present_milestone(ctx: Context, milestone: Milestone, demand: int) -> dict[str, Any]:
    """A milestone with its log, the newest first."""
    return {
        "id": milestone.id,
        "demand": demand,
        "title": milestone.title,
        "due_on": milestone.due_on.isoformat(),
        "progress": milestone.progress,
        "heard_on": milestone.heard_on.isoformat(),
        "stale": {why: since.isoformat() for why, since in stale_of(milestone, ctx.today).items()},
        "log": [present_progress(one) for one in milestone.news[::-1]],
    }


def present_progress(news: MilestoneNews) -> dict[str, Any]:
    """A line of the log."""
    return {
        "progress": news.progress,
        "due_on": news.due_on.isoformat(),
        "note": news.note,
        "lang": news.lang,
        "written_at": rfc3339(news.written_at),
    }
