"""What happens to the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.facts import Fact


@dataclass(frozen=True)
class PolicyPublished(Fact):
    """A version of the rules was published; it holds from `effective_from` on."""

    kind = "policies.published"
    public = True
    version: int
    effective_from: date
