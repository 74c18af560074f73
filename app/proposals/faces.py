"""Proposals as cards and pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext, ngettext

from app.clocks.models import ClockRow
from app.clocks.words import promise_name
from app.core.areas import TAIWAN
from app.core.context import Context
from app.core.language import Said, said
from app.core.persons import Act
from app.core.policy_parts import Deed
from app.endorsements.models import Gathering
from app.endorsements.queries import open_halts, tiers_reached
from app.endorsements.rules import TallyBy
from app.identities.eligibility import may_act
from app.policies.phrases import tier_words
from app.proposals.models import Proposal
from app.proposals.queries import phase
from app.proposals.rules import Phase
from app.proposals.words import phase_words
from app.web.filters import number
from app.web.i18n import day_words, page_locale
from app.web.pages import said_here

SOON_DAYS = 3


@dataclass(frozen=True)
class Card:
    """A proposal on a list. `share` (0 to 1) of the endorsements needed, where they are gathered."""

    title: Said
    href: str
    status: str
    kind: str
    byline: str
    share: float | None
    words: str


@dataclass(frozen=True)
class Support:
    """How much support there is: of how many, until when, how broad."""

    endorsed: str
    of_how_many: str
    share: float
    opposed: str
    until: str
    left: str
    is_open: bool
    days: str
    areas: list[tuple[str, int]]
    frozen: str
    tiers: list[str]


@dataclass(frozen=True)
class Banner:
    """Why nothing is proposed or endorsed at present."""

    title: str
    text: Said | str


@dataclass(frozen=True)
class Early:
    """A promise before the reply: what, and how it stands."""

    name: str
    words: str
    kind: str


def card(ctx: Context, proposal: Proposal) -> Card:
    """A proposal on a list."""
    now = phase(proposal)
    status, kind = phase_words(now)
    gathering = proposal.gathering
    collecting = now is Phase.COLLECTING and gathering is not None
    return Card(
        title=said(proposal.topic.title, page_locale()),
        href=url_for("proposals.show", slug=proposal.topic.slug),
        status=status,
        kind=kind,
        byline=gettext("Proposal no. %(number)s", number=proposal.id),
        share=min(1.0, gathering.endorsed / gathering.threshold) if collecting and gathering else None,
        words=_card_words(ctx, now, gathering),
    )


def cards(ctx: Context, proposals: Sequence[Proposal]) -> list[Card]:
    """The cards of a list."""
    return [card(ctx, proposal) for proposal in proposals]


def support(ctx: Context, gathering: Gathering) -> Support:
    """The support of a proposal in words. Its tallies must be loaded."""
    here = page_locale()
    days = [one for one in gathering.tallies if one.by is TallyBy.DAY and one.endorsed]
    areas = sorted(
        ((area_name(key), people) for key, people in gathering.told(TallyBy.AREA, ctx.policy.data.k_anonymity).items()),
        key=lambda pair: (-pair[1], pair[0]),
    )
    is_open = gathering.ended_at is None and ctx.now < gathering.closes_at
    return Support(
        endorsed=number(gathering.endorsed, here),
        of_how_many=gettext("of %(people)s needed", people=number(gathering.threshold, here)),
        share=min(1.0, gathering.endorsed / gathering.threshold),
        opposed=ngettext(
            "%(count)s person speaks against it",
            "%(count)s people speak against it",
            gathering.opposed,
            count=number(gathering.opposed, here),
        ),
        until=gettext("Until the end of %(day)s", day=day_words(gathering.closes_on, ctx.today)),
        left=left_words(gathering.closes_on, ctx.today) if is_open else "",
        is_open=is_open,
        days=ngettext("endorsed on %(num)s day", "endorsed on %(num)s different days", len(days)),
        areas=areas,
        frozen=_frozen_words(gathering),
        tiers=further_duties(ctx, gathering),
    )


def further_duties(ctx: Context, gathering: Gathering) -> list[str]:
    """What more is owed, or would be with more endorsements."""
    tiers = gathering.further_duties
    reached = tiers_reached(ctx, gathering.topic_id) if tiers else {}
    return [tier_words(one.at, one.duty, reached=one.duty in reached) for one in tiers]


def left_words(last: date, today: date) -> str:
    """How long people can still endorse."""
    left = (last - today).days
    return ngettext("%(num)s day left", "%(num)s days left", left) if left > 0 else gettext("Last day")


def area_name(code: str) -> str:
    """The name of an area by its code."""
    return said_here(dict(TAIWAN[code])).text if code in TAIWAN else code


def banners(ctx: Context) -> list[Banner]:
    """What stops proposing or endorsing at present: a pause of the rules, or an administrator."""
    titles = {
        Deed.PROPOSE: gettext("Nothing can be proposed at present."),
        Deed.ENDORSE: gettext("Nothing can be endorsed at present."),
    }
    found = [Banner(titles[one.deed], said(one.reason, page_locale())) for one in open_halts(ctx)]
    for deed in Deed:
        pause = ctx.policy.pause_on(ctx.today, deed)
        if pause is not None:
            words = gettext(
                "%(name)s, until the end of %(day)s. No proposal loses a day by it.",
                name=said(pause.name, page_locale()).text,
                day=day_words(pause.last_day, ctx.today),
            )
            found.append(Banner(titles[deed], words))
    return found


def lacking_words(ctx: Context, act: Act) -> str:
    """What the reader lacks to do this by the rules in force, and how to get it; "" where nothing."""
    lacking = may_act(ctx, act)
    return gettext(lacking.words, **lacking.values) if lacking else ""


def early_promises(ctx: Context, clocks: Sequence[ClockRow]) -> list[Early]:
    """What the agencies promised before the reply, and how it stands."""
    return [_early(ctx, clock) for clock in clocks]


def _early(ctx: Context, clock: ClockRow) -> Early:
    due = day_words(clock.due_on, ctx.today)
    if clock.stopped_on is not None:
        done = clock.stop is not None and clock.stop.value == "kept"
        words = gettext("done on %(day)s", day=day_words(clock.stopped_on, ctx.today)) if done else gettext("not given")
        return Early(promise_name(clock.promise), words, "done" if done else "")
    if ctx.now >= clock.due_at:
        return Early(promise_name(clock.promise), gettext("was due on %(day)s", day=due), "late")
    return Early(promise_name(clock.promise), gettext("by %(day)s", day=due), "brand")


def _card_words(ctx: Context, now: Phase, gathering: Gathering | None) -> str:
    if gathering is None:
        return ""
    here = page_locale()
    people = ngettext(
        "%(count)s of %(needed)s endorsed",
        "%(count)s of %(needed)s endorsed",
        gathering.endorsed,
        count=number(gathering.endorsed, here),
        needed=number(gathering.threshold, here),
    )
    if now is not Phase.COLLECTING:
        return people
    return gettext("%(people)s · %(left)s", people=people, left=left_words(gathering.closes_on, ctx.today))


def _frozen_words(gathering: Gathering) -> str:
    """Where the threshold comes from: it was fixed when this began, and later figures do not move it."""
    if not gathering.formula:
        return gettext("Fixed when it opened, by version %(version)s of the rules.", version=gathering.policy_version)
    return gettext(
        "Fixed when it opened: %(share)s of %(residents)s residents (%(day)s), by version %(version)s of the rules.",
        share=f"{gathering.formula['share'] * 100:g} %",
        residents=number(gathering.formula["residents"], page_locale()),
        day=gathering.formula["residents_on"],
        version=gathering.policy_version,
    )
