"""Searching: entries that hold every word, or those that come closest; and the documents behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import log
from typing import Any

import sqlalchemy as sa

from app.agencies.models import Agency
from app.cases.models import Case
from app.core.clock import start_of_day
from app.core.context import Context
from app.core.errors import Invalid
from app.core.language import N_
from app.core.pages import PAGE_SIZE, PAGE_SIZE_MAX, Page
from app.search import engine
from app.search.kinds import KINDS, Document
from app.search.models import SearchEntry, SearchIndex
from app.search.rules import PAGES_MAX, TOKENS_VERSION, State, Term, hits, question_terms, telling_terms
from app.topics.models import Topic, TopicAgency

HOLDERS_MAX = 300
"""Entries looked at for one word of a longer text. A word that more hold says little."""
RANKED_MAX = PAGES_MAX * PAGE_SIZE
"""Of what more things hold, those that came last are ranked: so many can be leafed through."""
LOOKED_FOR = 40
"""Words of a longer text that are looked for."""
TELLING = 12
"""The rarest of them, which decide."""


READ_FOR_ONE = 3
"""Things read for each that is shown: their titles may put another one first."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for; what is empty does not choose. Days are local ones, both included."""

    question: str = ""
    kind: str = ""
    agency: str = ""
    state: State | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Found:
    """A thing that answers. `terms`: what was asked for; `share`: the weight of what it holds, in its title twice."""

    kind: str
    document: Document
    terms: Sequence[Term]
    share: float = 1.0


def search(
    ctx: Context, wanted: Wanted, number: int = 1, size: int = PAGE_SIZE, *, newest: bool = False
) -> Page[Found]:
    """What holds every word of the question, the best first; with `newest` the newest. No words: nothing."""
    if not 1 <= number <= PAGES_MAX or not 1 <= size <= PAGE_SIZE_MAX:
        raise Invalid(N_("There is no such page."))
    terms = question_terms(wanted.question)
    if not terms:
        return Page([], number, has_next=False)
    found = _newest(ctx, wanted, terms) if newest else _best(ctx, wanted, terms)
    ids = ctx.session.scalars(found.limit(size + 1).offset((number - 1) * size)).all()
    entries = sa.select(SearchEntry.id, SearchEntry.kind, SearchEntry.thing_id).where(SearchEntry.id.in_(ids[:size]))
    rows = {row.id: row for row in ctx.session.execute(entries)}
    shown = [(rows[one].kind, rows[one].thing_id, 1.0) for one in ids[:size] if one in rows]
    return Page(_read(ctx, shown, terms), number, has_next=len(ids) > size and number < PAGES_MAX)


def closest(
    ctx: Context, text: str, wanted: Wanted, size: int = PAGE_SIZE, *, kinds: Collection[str] = (), least: float = 0.0
) -> list[Found]:
    """What shares the most telling words with a longer text, the closest first; the same text gives the same answer.

    A word weighs by how few things hold it (inverse document frequency), so that "we hope" says nothing.
    """
    terms = telling_terms(text, LOOKED_FOR)
    weights, scores = _shares(ctx, terms)
    # What stands in a title counts twice, and so half may be enough.
    likely = [entry for entry, share in scores.items() if share >= least / 2]
    likely = sorted(likely, key=lambda one: (-scores[one], -one))[:HOLDERS_MAX]
    columns = (SearchEntry.id, SearchEntry.kind, SearchEntry.thing_id)
    query = _filtered(ctx, sa.select(*columns), wanted).where(SearchEntry.id.in_(likely))
    if kinds:
        query = query.where(SearchEntry.kind.in_(kinds))
    rows = {row.id: row for row in ctx.session.execute(query)}
    best = [
        (rows[one].kind, rows[one].thing_id, scores[one]) for one in likely if one in rows and rows[one].kind in KINDS
    ]
    best.sort(key=lambda one: (-one[2], not KINDS[one[0]].is_titled))
    found = [_with_title(one, weights) for one in _read(ctx, best[: size * READ_FOR_ONE], terms)]
    return sorted((one for one in found if one.share >= least), key=lambda one: -one.share)[:size]


def is_built(ctx: Context) -> bool:
    """Whether the index is cut as this version of the program cuts words."""
    return ctx.session.scalar(sa.select(SearchIndex.version)) == TOKENS_VERSION


def entry_counts(ctx: Context) -> dict[str, int]:
    """How many things of each kind can be found."""
    query = sa.select(SearchEntry.kind, sa.func.count()).group_by(SearchEntry.kind)
    return dict.fromkeys(KINDS, 0) | dict(ctx.session.execute(query).all())


def _best(ctx: Context, wanted: Wanted, terms: Sequence[Term]) -> sa.Select[tuple[int]]:
    """Ids of entries, the best first. However many remarks came since: what stands for a topic is always among them."""
    found = sa.union_all(_last(ctx, wanted, terms), _last(ctx, wanted, [*terms, engine.HEAD])).subquery()
    order = (sa.func.min(found.c.rank), found.c.entry_id.desc())
    return sa.select(found.c.entry_id).group_by(found.c.entry_id).order_by(*order)


def _newest(ctx: Context, wanted: Wanted, terms: Sequence[Term]) -> sa.Select[tuple[int]]:
    """Ids of entries, the newest first."""
    found = _last(ctx, wanted, terms).subquery()
    query = sa.select(SearchEntry.id).join(found, found.c.entry_id == SearchEntry.id)
    return query.order_by(SearchEntry.at.desc(), SearchEntry.id.desc())


def _last(ctx: Context, wanted: Wanted, terms: Sequence[Term]) -> sa.Select[tuple[int, float]]:
    """Of the entries that hold every term those that came last: id and rank."""
    if wanted == Wanted(wanted.question):
        words = engine.matching(ctx.session, terms, RANKED_MAX).subquery()
        return sa.select(words.c.entry_id, words.c.rank)
    words = engine.matching(ctx.session, terms, None).subquery()
    query = sa.select(words.c.entry_id, words.c.rank).join(SearchEntry, SearchEntry.id == words.c.entry_id)
    chosen = _filtered(ctx, query, wanted).order_by(words.c.entry_id.desc()).limit(RANKED_MAX).subquery()
    return sa.select(chosen.c.entry_id, chosen.c.rank)


def _with_title(found: Found, weights: Mapping[Term, float]) -> Found:
    """What stands in the title of a topic counts twice; the text of a statement is none."""
    if not KINDS[found.kind].is_titled:
        return found
    titles = "\n".join(found.document.title.values())
    return replace(found, share=found.share + sum(weight for term, weight in weights.items() if hits(titles, [term])))


def _shares(ctx: Context, terms: Sequence[Term]) -> tuple[dict[Term, float], dict[int, float]]:
    """Weight of each telling word by its rarity, a common one has none; entry id -> the weight of those it holds."""
    holding: dict[int, list[int]] = defaultdict(list)
    for number, entry_id in engine.holders(ctx.session, terms, HOLDERS_MAX):
        holding[number].append(entry_id)
    total = ctx.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) or 1
    rare = sorted((n for n in holding if len(holding[n]) < HOLDERS_MAX), key=lambda n: (len(holding[n]), n))[:TELLING]
    weights = {n: log(1 + total / len(holding[n])) for n in rare}
    scores: dict[int, float] = defaultdict(float)
    for n, weight in weights.items():
        for entry_id in holding[n]:
            scores[entry_id] += weight
    # What nothing holds is missing from everything. Most pairs of Chinese characters are no word: they weigh half.
    absent = min(len(terms) - len(holding), TELLING) * log(1 + total) / 2
    whole = sum(weights.values()) + absent
    shares = {entry_id: score / whole for entry_id, score in scores.items()}
    return {terms[n]: weight / whole for n, weight in weights.items()}, shares


def _read(ctx: Context, rows: Iterable[tuple[str, int, float]], terms: Sequence[Term]) -> list[Found]:
    """The documents of these entries, in their order; what is not public any more is left out."""
    rows = list(rows)
    numbers: dict[str, list[int]] = defaultdict(list)
    for kind, thing_id, _ in rows:
        numbers[kind].append(thing_id)
    documents = {
        (kind, one.thing_id): one
        for kind, ids in numbers.items()
        if kind in KINDS
        for one in KINDS[kind].read(ctx, ids)
    }
    return [
        Found(kind, documents[kind, thing_id], terms, share)
        for kind, thing_id, share in rows
        if (kind, thing_id) in documents
    ]


def _filtered(ctx: Context, query: sa.Select[Any], wanted: Wanted) -> sa.Select[Any]:
    """The filters. State and agencies are those of the topic now: they are read, never indexed."""
    zone = ctx.settings.timezone
    if wanted.kind:
        query = query.where(SearchEntry.kind == wanted.kind)
    if wanted.since:
        query = query.where(SearchEntry.at >= start_of_day(wanted.since, zone))
    if wanted.until and wanted.until < date.max:
        query = query.where(SearchEntry.at < start_of_day(wanted.until + timedelta(days=1), zone))
    if wanted.agency:
        its = sa.select(TopicAgency.topic_id).join(TopicAgency.agency).where(Agency.slug == wanted.agency)
        query = query.where(SearchEntry.topic_id.in_(its))
    if wanted.state:
        query = query.join(Topic, Topic.id == SearchEntry.topic_id).where(_in_state(ctx, wanted.state))
    return query


def _in_state(ctx: Context, state: State) -> sa.ColumnElement[bool]:
    """Voices are taken; or none any more; or an answer was published. The last two exclude each other."""
    is_open = sa.and_(Topic.closed_at.is_(None), sa.or_(Topic.closes_at.is_(None), Topic.closes_at > ctx.now))
    is_answered = sa.exists().where(Case.topic_id == Topic.id, Case.answered_at.is_not(None))
    return {State.OPEN: is_open, State.CLOSED: ~is_open & ~is_answered, State.ANSWERED: is_answered}[state]
