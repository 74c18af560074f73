"""All signals about one post, in one call: from its text, from how it came, and from what is like it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime

from moderation.form import flood, repeats, shouting
from moderation.learning import Learner
from moderation.lexicon import abuse
from moderation.links import suspicious_links
from moderation.lookalikes import LookAlike, LookAlikes
from moderation.minors import contact_bait
from moderation.pieces import pieces
from moderation.signals import Signal, SignalKind

LEAST_COPIED = 6
"""Pieces below which the same words from two accounts mean nothing: "I agree"."""


def text_signals(text: str, trusted: Iterable[str] = ()) -> list[Signal]:
    """Everything that is seen in the text itself. `trusted`: hosts links may lead to freely, such as our own."""
    return [*contact_bait(text), *abuse(text), *suspicious_links(text, trusted), *repeats(text), *shouting(text)]


def copied(found: Iterable[LookAlike], author: Hashable) -> list[Signal]:
    """Signals about the same text, and texts that look like it, from other accounts. `found`: what looks like it."""
    others = [one for one in found if one.author != author]
    signals = []
    for kind, alike in (
        (SignalKind.SAME_TEXT, [one for one in others if one.is_same]),
        (SignalKind.NEAR_TEXT, [one for one in others if not one.is_same]),
    ):
        accounts = len({one.author for one in alike})
        if accounts:
            figures = {"texts": len(alike), "percent": int(100 * max(one.likeness for one in alike))}
            signals.append(Signal(kind, accounts, min(0.6, 0.1 * accounts), (), figures))
    return signals


def all_signals(
    text: str,
    author: Hashable,
    now: datetime,
    times: Iterable[datetime] = (),
    *,
    earlier: LookAlikes | None = None,
    learner: Learner | None = None,
    trusted: Iterable[str] = (),
) -> list[Signal]:
    """Everything that is seen. `times`: when the author posted lately; `earlier`: other texts of the same place."""
    alike = earlier.like(text) if earlier and len(pieces(text)) >= LEAST_COPIED else []
    learnt = learner.signal(text) if learner else []
    return [*text_signals(text, trusted), *flood(times, now), *copied(alike, author), *learnt]
