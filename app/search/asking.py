"""One entrance: a concern in one's own words, and where it can be taken. Suggestions, each with its reason.

What is already discussed comes from the index; who is competent from what the agencies say of themselves, and from a
list of those who decide what no local government does. The same words lead to the same steps.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import log
from pathlib import Path
from typing import Any

from app.agencies.models import Agency
from app.agencies.queries import all_agencies
from app.core.context import Context
from app.endorsements.models import Gathering
from app.endorsements.queries import gatherings_of
from app.search.kinds import SUGGESTED
from app.search.queries import LOOKED_FOR, Found, Wanted, closest
from app.search.rules import CONCERN_MAX, SAYS_NOTHING, Term, question_terms, telling_terms, words
from app.topics.queries import is_open

LEAST = 0.25
"""Share of the telling words a discussion must hold to be suggested."""
LIKELY = 12
TOPICS_MAX = 3
BODIES_MAX = 2
NEAR = 0.6
"""Of the best one's score: how much another must reach to be named beside it."""


class Step(StrEnum):
    """What somebody with a concern can do next."""

    ENDORSE = "endorse"
    TAKE_PART = "take-part"
    READ_ANSWER = "read-answer"
    AWAIT_ANSWER = "await-answer"
    WRITE = "write"
    ELSEWHERE = "elsewhere"
    PROPOSE = "propose"


@dataclass(frozen=True)
class Authority:
    """Somebody who decides what no local government does. `subjects` by language, as people call them."""

    name: Mapping[str, str]
    href: str
    subjects: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Suggestion:
    """One step and what it leads to. `held`: the words that speak for it; one of the last three is set, or nothing."""

    step: Step
    held: Sequence[Term]
    found: Found | None = None
    agency: Agency | None = None
    authority: Authority | None = None


def suggestions(ctx: Context, concern: str) -> list[Suggestion]:
    """Where a concern can be taken, the nearest first: what is discussed already, who is competent, a proposal."""
    concern = concern[:CONCERN_MAX]
    found = [*_discussed(ctx, concern), *_competent(ctx, concern)]
    # Who is pointed somewhere else, or to what is open already, is not asked to write the same again.
    is_taken = any(one.step in {Step.ELSEWHERE, Step.ENDORSE, Step.TAKE_PART} for one in found)
    return found if is_taken or not found else [*found, Suggestion(Step.PROPOSE, [])]


@cache
def authorities(country: str) -> tuple[Authority, ...]:
    """Those who decide what no local government of a country (ISO 3166-1) does; none where nobody listed them."""
    listed: dict[str, list[dict[str, Any]]] = tomllib.loads(
        Path(__file__).with_name("authorities.toml").read_text(encoding="utf-8")
    )
    return tuple(Authority(**one) for one in listed.get(country, []))


def _discussed(ctx: Context, concern: str) -> list[Suggestion]:
    """For each topic that is close enough, the best of what was found in it."""
    taken: dict[int, Suggestion] = {}
    close = closest(ctx, concern, Wanted(), LIKELY, kinds=SUGGESTED, least=LEAST)
    gathering = gatherings_of(ctx, {one.document.topic.id for one in close})
    for found in (one for one in close if one.share >= NEAR * close[0].share):
        topic = found.document.topic
        if topic.id not in taken and len(taken) < TOPICS_MAX:
            taken[topic.id] = Suggestion(_step(ctx, found, gathering.get(topic.id)), found.terms, found=found)
        elif topic.id in taken and found.kind == "replies":
            # Whatever led to the topic: an answer is what to read.
            taken[topic.id] = Suggestion(Step.READ_ANSWER, found.terms, found=found)
    return list(taken.values())


def _step(ctx: Context, found: Found, gathering: Gathering | None) -> Step:
    if found.kind == "replies":
        return Step.READ_ANSWER
    if gathering is not None and gathering.established_at is None and gathering.ended_at is None:
        return Step.ENDORSE
    return Step.TAKE_PART if is_open(ctx, found.document.topic) else Step.AWAIT_ANSWER


def _competent(ctx: Context, concern: str) -> list[Suggestion]:
    """Agencies by what they say they are for; or somebody else, named by a subject of theirs."""
    asked = set(words(concern))
    theirs = [(one, _named(one.subjects, asked)) for one in authorities(ctx.settings.country or "")]
    elsewhere = [Suggestion(Step.ELSEWHERE, held, authority=one) for one, held in theirs if held]
    elsewhere.sort(key=lambda one: -sum(len(term.word) for term in one.held))
    ours = _scored(list(all_agencies(ctx)), concern)
    best = ours[0][1] if ours else 0.0
    write = [Suggestion(Step.WRITE, held, agency=one) for one, score, held in ours if score >= NEAR * best]
    return [*elsewhere[:BODIES_MAX], *write[:BODIES_MAX]]


def _named(subjects: Mapping[str, Sequence[str]], asked: Collection[str]) -> list[Term]:
    """The words of those subjects that stand there whole."""
    whole = [_cut(subject) for each in subjects.values() for subject in each]
    return [Term(word) for subject in whole if subject <= set(asked) for word in sorted(subject)]


def _cut(phrase: str) -> set[str]:
    """The words of a phrase, without the lone last characters of Chinese runs."""
    return {term.word for term in question_terms(phrase)}


def _scored(agencies: Sequence[Agency], concern: str) -> list[tuple[Agency, float, list[Term]]]:
    """Agencies that are for something of it, the best first: what few of them are for weighs more."""
    asked = telling_terms(concern, LOOKED_FOR)
    known = {agency.id: _subjects(agency) for agency in agencies}
    spread = Counter(word for all_words in known.values() for word in all_words)
    scored = []
    for agency in agencies:
        held = [term for term in asked if _fitting(term, known[agency.id])]
        score = sum(log(1 + len(agencies) / max(spread[word] for word in _fitting(t, known[agency.id]))) for t in held)
        if held:
            scored.append((agency, score, held))
    return sorted(scored, key=lambda one: (-one[1], one[0].id))


def _fitting(term: Term, known: Iterable[str]) -> list[str]:
    """Words an agency uses of itself that mean this one: "buses" and "bus" alike."""
    return [one for one in known if term.fits(one) or (term.prefix and len(one) > 3 and term.word.startswith(one))]


def _subjects(agency: Agency) -> set[str]:
    phrases = [*agency.name.values(), *(one for each in agency.competences.values() for one in each)]
    return {word for phrase in phrases for word in _cut(phrase)} - SAYS_NOTHING
