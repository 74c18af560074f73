"""What others may suggest for a draft: a passage of one of its parts, and what should stand there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from app.proposals.rules import ProposalInput

WHY_MAX = 500
OPEN_MOST = 100
"""Suggestions that may wait for the author of one draft."""
OPEN_EACH = 10
"""Of these, by one person."""


class Part(StrEnum):
    """What can be changed by a suggestion: a part of a proposal, by its name in `ProposalInput`."""

    TITLE = "title"
    DEMANDS = "demands"
    REASON = "reason"
    BENEFIT = "benefit"
    EVIDENCE = "evidence"


LINES = {Part.TITLE, Part.DEMANDS}
"""Parts whose passages are single lines."""


class SuggestionState(StrEnum):
    """What the author said to a suggestion."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNDECIDED = "undecided"
    """The draft was handed in, or given up, before the author said anything."""


@dataclass(frozen=True)
class Change:
    """A passage as it was read, and what should stand there. No passage: the text is added at the end of the part."""

    part: Part
    passage: str
    text: str


def passages(entered: ProposalInput, part: Part) -> list[str]:
    """The passages of a part: the title, each demand, each paragraph.

    >>> passages(ProposalInput("en", reason="One.\\n\\nTwo."), Part.REASON)
    ['One.', 'Two.']
    """
    match part:
        case Part.TITLE:
            return [entered.title] if entered.title else []
        case Part.DEMANDS:
            return list(entered.demands)
        case _:
            return [one for one in re.split(r"\n{2,}", getattr(entered, part.value)) if one]


def with_change(entered: ProposalInput, change: Change) -> ProposalInput | None:
    """The proposal with what was suggested; None where the passage does not stand there, or not just once.

    >>> with_change(ProposalInput("en", demands=("Run buses.",)), Change(Part.DEMANDS, "", "Light stops.")).demands
    ('Run buses.', 'Light stops.')
    >>> with_change(ProposalInput("en", demands=("Run buses.",)), Change(Part.DEMANDS, "Run trams.", "x")) is None
    True
    """
    there, part = passages(entered, change.part), change.part
    if not change.passage:
        then = [change.text] if part is Part.TITLE else [*there, change.text]
    elif there.count(change.passage) == 1:
        then = [change.text if one == change.passage else one for one in there]
    elif part not in LINES and getattr(entered, part.value).count(change.passage) == 1:
        then = [getattr(entered, part.value).replace(change.passage, change.text)]
    else:
        return None
    kept = tuple(one for one in then if one.strip())
    return replace(entered, **{part.value: kept if part is Part.DEMANDS else "\n\n".join(kept)})  # type: ignore[arg-type]
