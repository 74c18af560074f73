"""Rules of triage as data, and what they may not do: a checked schema with bounds.

No rule can refuse a post for what it says. Only form can be refused (links, repeats, shouting, floods, the same text);
words of abuse, or what is known of the author, can hold a post at most; what was learnt from moderators can do no
more than have it watched.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from moderation.signals import Signal, SignalKind


class Outcome(StrEnum):
    """What happens to a post, from the mildest to the gravest."""

    PUBLISH = "publish"
    PUBLISH_AND_WATCH = "publish_and_watch"
    HOLD = "hold"
    REFUSE_WITH_HELP = "refuse_with_help"

    @property
    def gravity(self) -> int:
        """0 to 3."""
        return list(Outcome).index(self)


class Nature(IntEnum):
    """What a signal is about, and so how grave an outcome it can have (an index of `Outcome`)."""

    LEARNT = 1
    SAYS = 2
    FORM = 3


NATURES = {
    SignalKind.LEARNT: Nature.LEARNT,
    SignalKind.PROFANITY: Nature.SAYS,
    SignalKind.INSULT: Nature.SAYS,
    SignalKind.SLUR: Nature.SAYS,
    SignalKind.THREAT: Nature.SAYS,
    SignalKind.CONTACT_BAIT: Nature.SAYS,
    SignalKind.NEAR_TEXT: Nature.SAYS,
}
"""Every other kind is about form. A text like another one may be somebody's own: it can be held, never refused."""


@dataclass(frozen=True)
class Author:
    """What is known of an author, this post not counted: how many were kept and hidden, days since joining."""

    kept: int = 0
    hidden: int = 0
    days: int = 0

    @property
    def posts(self) -> int:
        return self.kept + self.hidden

    @property
    def hidden_percent(self) -> int:
        """Percent of the posts that were hidden."""
        return round(100 * self.hidden / self.posts) if self.posts else 0


@dataclass(frozen=True)
class Reason:
    """A rule that applied, and the signals it saw. Without signals it is about the author alone."""

    rule: str
    outcome: Outcome
    signals: tuple[Signal, ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Seen(_Part):
    """A signal of one of these kinds, of this amount or more."""

    kinds: Annotated[tuple[SignalKind, ...], Field(min_length=1, max_length=len(SignalKind))]
    least: Annotated[int, Field(ge=1, le=1_000)] = 1

    def fits(self, signal: Signal) -> bool:
        """Whether the signal is one of these."""
        return signal.kind in self.kinds and signal.amount >= self.least


class Known(_Part):
    """Bounds on what is known of the author; what is not named does not matter. Both numbers belong to the bounds."""

    days_at_most: Annotated[int, Field(ge=0, le=3_650)] | None = None
    posts_at_most: Annotated[int, Field(ge=0, le=1_000)] | None = None
    kept_at_least: Annotated[int, Field(ge=0, le=10_000)] | None = None
    hidden_at_least: Annotated[int, Field(ge=1, le=1_000)] | None = None
    hidden_percent_at_least: Annotated[int, Field(ge=1, le=100)] | None = None

    def fits(self, author: Author) -> bool:
        """Whether the author is within all bounds."""
        upper = ((author.days, self.days_at_most), (author.posts, self.posts_at_most))
        lower = (
            (author.kept, self.kept_at_least),
            (author.hidden, self.hidden_at_least),
            (author.hidden_percent, self.hidden_percent_at_least),
        )
        return all(bound is None or value <= bound for value, bound in upper) and all(
            bound is None or value >= bound for value, bound in lower
        )


class Rule(_Part):
    """If all of `seen` was seen and the author fits `author`, then `outcome`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
    outcome: Outcome
    source: Annotated[str, Field(max_length=300)] = ""
    seen: Annotated[tuple[Seen, ...], Field(max_length=5)] = ()
    author: Known = Known()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.seen and self.author == Known():
            raise ValueError("a rule needs something it applies to")
        most = min((NATURES.get(kind, Nature.FORM) for one in self.seen for kind in one.kinds), default=Nature.SAYS)
        if self.outcome.gravity > most:
            raise ValueError(f"these signals cannot lead further than {list(Outcome)[most]}")
        return self

    def applied(self, signals: Sequence[Signal], author: Author) -> Reason | None:
        """The reason this rule gives, if it applies."""
        if not self.author.fits(author):
            return None
        if not all(any(one.fits(signal) for signal in signals) for one in self.seen):
            return None
        matched = tuple(signal for signal in signals if any(one.fits(signal) for one in self.seen))
        return Reason(self.name, self.outcome, matched)


class Rules(_Part):
    """The rules of an instance."""

    rules: Annotated[tuple[Rule, ...], Field(max_length=100)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [rule.name for rule in self.rules]
        if len(set(names)) < len(names):
            raise ValueError("two rules have the same name")
        return self


class BadRules(ValueError):
    """Rules that cannot be taken: (place, what is wrong) for each fault."""

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{place}: {reason}" for place, reason in faults))


def rules_from_toml(text: str) -> Rules:
    """Rules as an instance writes them. `BadRules` tells every fault with its place, such as `rule[2].outcome`."""
    try:
        return Rules.model_validate({"rules": _tables(tomllib.loads(text))})
    except tomllib.TOMLDecodeError as error:
        raise BadRules((("", str(error)),)) from error
    except ValidationError as error:
        raise BadRules(tuple((_place(one["loc"]), one["msg"]) for one in error.errors(include_url=False))) from error


@cache
def default_rules() -> Rules:
    """The rules that come with the platform."""
    return rules_from_toml(Path(__file__).with_name("triage.toml").read_text(encoding="utf-8"))


def _tables(document: dict[str, Any]) -> Any:
    if set(document) - {"rule"}:
        raise BadRules(((", ".join(sorted(set(document) - {"rule"})), "This key is not known."),))
    return document.get("rule", [])


def _place(location: tuple[int | str, ...]) -> str:
    words = "rule" if location[:1] == ("rules",) else str(location[0]) if location else ""
    for part in location[1:]:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return words
