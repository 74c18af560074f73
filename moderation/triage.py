"""What happens to a post at once: published, published and watched, held for a person, or refused with help.

Signals and what is known of the author go in; an outcome comes out, with every reason and the name of the rule that
gave it. The gravest rule that applies decides. Rules are data (`moderation.triage_rules`); `moderation/triage.toml`
holds where an instance has none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.signals import Signal
from moderation.triage_rules import Author, Outcome, Reason, Rules


@dataclass(frozen=True)
class Verdict:
    """The outcome, its reasons (the gravest first), and how urgent a look is, from 0 to 1."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    urgency: float


@dataclass(frozen=True)
class Post:
    """A post as it was judged: what was seen in it, and what was known of the author then."""

    key: Any
    signals: tuple[Signal, ...]
    author: Author


@dataclass(frozen=True)
class Change:
    """A post that other rules would treat otherwise."""

    key: Any
    before: Verdict
    after: Verdict


def triage(signals: Sequence[Signal], author: Author, rules: Rules) -> Verdict:
    """What happens to a post."""
    reasons = [reason for rule in rules.rules if (reason := rule.applied(signals, author))]
    reasons.sort(key=lambda reason: -reason.outcome.gravity)
    outcome = reasons[0].outcome if reasons else Outcome.PUBLISH
    return Verdict(outcome, tuple(reasons), max((signal.score for signal in signals), default=0.0))


def compare(before: Rules, after: Rules, posts: Iterable[Post]) -> Iterator[Change]:
    """What would change if the rules did: every post with another outcome."""
    for post in posts:
        old, new = triage(post.signals, post.author, before), triage(post.signals, post.author, after)
        if old.outcome != new.outcome:
            yield Change(post.key, old, new)
