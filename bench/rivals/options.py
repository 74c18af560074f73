"""What to measure, and a word on how far it is."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.rivals.conversations import Conversation, conversations


@dataclass(frozen=True)
class Options:
    """Where the conversations lie, and whether the largest size is run."""

    data: Path
    full: bool = False

    @cached_property
    def conversations(self) -> list[Conversation]:
        """All conversations of the folder."""
        return conversations(self.data)


def say(what: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"  {what}", file=sys.stderr, flush=True)
