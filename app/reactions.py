"""What follows from what: the platform's cause and effect on one page. Runs inside the transaction of the act."""

from __future__ import annotations

from collections.abc import Callable

from app.audit.actions import append
from app.core.context import Context
from app.core.facts import Fact
from app.core.permissions import SYSTEM

REACTIONS: dict[type[Fact], tuple[Callable[..., object], ...]] = {}


def react(ctx: Context, fact: Fact) -> None:
    """Write the fact down, then do what follows from it, in the name of the system."""
    append(ctx, fact)
    for follow in REACTIONS.get(type(fact), ()):
        follow(ctx.acting_as(SYSTEM), fact)
