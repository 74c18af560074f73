"""What a signal is: something that was seen in a text or in how it came, where, how much, and how grave.

A signal knows no sentence. It carries a kind and whole numbers, so that the application can say in any language what
was seen. It decides nothing: that is `moderation.triage`, and after it a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from moderation.pieces import Passage


class SignalKind(StrEnum):
    """What was seen. The comment says what `amount` counts."""

    MANY_LINKS = "many_links"  # links
    SHORT_LINK = "short_link"  # links through a shortener
    FALSE_HOST = "false_host"  # links to a host that looks like another one
    HIDDEN_LINK = "hidden_link"  # links whose text names another host
    REPEATED_CHARACTERS = "repeated_characters"  # length of the longest run of one character
    REPEATED_WORDS = "repeated_words"  # times a word or phrase stands one after the other
    REPEATED_LINES = "repeated_lines"  # times the same line stands in the text
    FLOOD = "flood"  # posts of the author within the window
    CAPITALS = "capitals"  # percent of the letters
    EXCLAMATIONS = "exclamations"  # length of the longest run of exclamation marks
    PROFANITY = "profanity"  # 1 mild, 2 strong, 3 gravest
    INSULT = "insult"  # 1 to 3
    SLUR = "slur"  # 1 to 3
    THREAT = "threat"  # 1 to 3
    CONTACT_BAIT = "contact_bait"  # cues that come together
    SAME_TEXT = "same_text"  # other accounts that posted the same text
    NEAR_TEXT = "near_text"  # other accounts that posted a text that looks like it
    LEARNT = "learnt"  # percent: how likely moderators here would hide it


@dataclass(frozen=True)
class Signal:
    """What was seen. `score`: how grave, from 0 to 1, for the order of a queue; `figures`: further numbers to tell."""

    kind: SignalKind
    amount: int
    score: float
    passages: tuple[Passage, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)


def passage(found: object) -> Passage:
    """The passage of a match of the library `re`."""
    start, end = found.span()  # type: ignore[attr-defined]
    return Passage(start, end)
