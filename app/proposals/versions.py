"""What changed from one version of a proposal to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from flask_babel import gettext

from app.core.changes import Change, changes
from app.proposals.models import Proposal, ProposalVersion

FIELDS = ("title", "demands", "reason", "benefit", "evidence", "area")


@dataclass(frozen=True)
class ChangedText:
    """A text, and the pieces that stayed, came and went."""

    label: str
    lang: str
    parts: list[Change]


@dataclass(frozen=True)
class Step:
    """A version: its number, when it was handed in, and what it changed."""

    number: int
    at: datetime
    texts: list[ChangedText]


def steps(proposal: Proposal) -> list[Step]:
    """Every change between the versions, the newest first."""
    return [_step(old, new) for old, new in pairwise(proposal.versions)][::-1]


def text_name(name: str) -> str:
    """The name of a text of a proposal."""
    return {
        "title": gettext("What should change"),
        "demands": gettext("Demands"),
        "reason": gettext("Why"),
        "benefit": gettext("What it brings"),
        "evidence": gettext("Evidence"),
        "area": gettext("Where"),
    }[name]


def _step(old: ProposalVersion, new: ProposalVersion) -> Step:
    pairs = [(name, _text(old.content[name]), _text(new.content[name])) for name in FIELDS]
    texts = [
        ChangedText(text_name(name), new.content["lang"], changes(was, now)) for name, was, now in pairs if was != now
    ]
    return Step(new.number, new.saved_at, texts)


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)
