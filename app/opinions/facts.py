"""What happens to statements and maps. Single votes are not facts: they are nobody's business."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.facts import Fact


@dataclass(frozen=True)
class StatementAdded(Fact):
    """Somebody added a statement."""

    kind = "statement.added"
    topic_id: int
    statement_id: int


@dataclass(frozen=True)
class StatementHidden(Fact):
    """A moderator took a statement out of the voting."""

    kind = "statement.hidden"
    topic_id: int
    statement_id: int


@dataclass(frozen=True)
class VotesImported(Fact):
    """Statements and votes of pseudonymous participants were imported."""

    kind = "votes.imported"
    public = True
    topic_id: int
    statements: int
    participants: int
    votes: int
