"""Holding answers and corrections as pages show them: what was said when, what was corrected when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from flask_babel import gettext
from markupsafe import Markup

from app.cases.models import Case
from app.core.changes import Change, changes
from app.core.context import Context
from app.policies.phrases import outcome_name
from app.replies.models import Reply, ReplyVersion
from app.replies.points import holding_markup
from app.replies.queries import public_holdings
from app.replies.rules import Answer
from app.replies.versions import Content, content_of
from app.web.i18n import day_words


@dataclass(frozen=True)
class HoldingTold:
    """A published holding answer."""

    number: int
    at: datetime | None
    text: Markup
    lang: str


@dataclass(frozen=True)
class CorrectionTold:
    """A published correction: which version it made, when, and why."""

    number: int
    at: datetime | None
    reason: str
    lang: str


@dataclass(frozen=True)
class ChangedText:
    """A text of a reply, and the pieces that stayed, came and went."""

    label: str
    parts: list[Change]


@dataclass(frozen=True)
class Step:
    """A correction with what it changed, in words and texts."""

    correction: CorrectionTold
    lines: list[str]
    texts: list[ChangedText]


def holdings_told(ctx: Context, case: Case) -> list[HoldingTold]:
    """The published holding answers, the oldest first."""
    return [
        HoldingTold(one.number, one.published_at, holding_markup(one.html), one.lang)
        for one in public_holdings(ctx, case)
    ]


def corrections_told(reply: Reply) -> list[CorrectionTold]:
    """The published corrections of a reply, the newest first."""
    return [_told(version) for version in reply.published_versions[1:]][::-1]


def steps(ctx: Context, case: Case, reply: Reply) -> list[Step]:
    """What every published correction changed, the newest first."""
    versions = pairwise(reply.published_versions)
    return [step(ctx, case, Content.from_json(old.content), new, _told(new)) for old, new in versions][::-1]


def step_to(ctx: Context, case: Case, version: ReplyVersion) -> Step:
    """What a correction that is not published yet would change."""
    return step(ctx, case, content_of(case, version.reply), version, _told(version))


def step(ctx: Context, case: Case, before: Content, version: ReplyVersion, told: CorrectionTold) -> Step:
    """What changed from `before` to a version."""
    after = Content.from_json(version.content)
    texts = _compared(gettext("Summary"), before.summary, after.summary)
    texts += _compared(gettext("Who answers questions"), before.contact, after.contact)
    lines: list[str] = []
    for number, demand in enumerate(case.demands, 1):
        old, new = before.answers.get(demand.id, Answer()), after.answers.get(demand.id, Answer())
        lines += _outcome_changed(number, old, new)
        for label, was, now in _answer_texts(ctx, old, new):
            texts += _compared(gettext("Demand %(number)s: %(text)s", number=number, text=label), was, now)
    return Step(told, lines, texts)


def _told(version: ReplyVersion) -> CorrectionTold:
    return CorrectionTold(version.number, version.published_at, version.reason, version.content["lang"])


def _compared(label: str, was: str, now: str) -> list[ChangedText]:
    return [] if was == now else [ChangedText(label, changes(was, now))]


def _outcome_changed(number: int, old: Answer, new: Answer) -> list[str]:
    if old.outcome is new.outcome or old.outcome is None or new.outcome is None:
        return []
    return [
        gettext(
            "Demand %(number)s: the outcome was changed from “%(old)s” to “%(new)s”.",
            number=number,
            old=outcome_name(old.outcome),
            new=outcome_name(new.outcome),
        )
    ]


def _answer_texts(ctx: Context, old: Answer, new: Answer) -> list[tuple[str, str, str]]:
    return [
        (gettext("Reason"), old.text, new.text),
        (gettext("The law or the data it rests on"), old.basis, new.basis),
        (gettext("Next step"), _step_words(ctx, old), _step_words(ctx, new)),
        (gettext("Who answers questions"), old.contact, new.contact),
    ]


def _step_words(ctx: Context, answer: Answer) -> str:
    """A next step with its day, as one text."""
    if answer.no_next_step:
        return gettext("There is no next step")
    if answer.next_step_on is None:
        return answer.next_step
    return gettext("%(step)s (%(day)s)", step=answer.next_step, day=day_words(answer.next_step_on, ctx.today))
