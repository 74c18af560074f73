"""A database for measuring: the sample city, and people who vote by token. Run in a process of its own.

python -m bench.scene FILE    # writes the requests of every person's votes into FILE, as JSON
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

import sqlalchemy as sa

from app import create_app
from app.accounts.models import ApiToken, Person
from app.accounts.queries import token_digest
from app.core.context import Context
from app.opinions.models import Statement
from app.topics.models import Topic

PEOPLE = 600
ISSUE = "night-buses"


def people(ctx: Context, how_many: int) -> list[str]:
    """Confirmed people, each with one token; returns the tokens."""
    tokens = [f"minyi_{secrets.token_urlsafe(32)}" for _ in range(how_many)]
    rows = [
        Person(
            email=f"bench{n}@example.org",
            email_key=f"bench{n}@example.org",
            name=f"Bench {n}",
            lang="en",
            password_hash="",
            joined_at=ctx.now,
            confirmed_at=ctx.now,
            tokens=[ApiToken(name="bench", digest=token_digest(token), created_at=ctx.now)],
        )
        for n, token in enumerate(tokens)
    ]
    ctx.session.add_all(rows)
    return tokens


def votes(ctx: Context, tokens: list[str]) -> list[dict[str, str]]:
    """One request for every person and statement, no two alike."""
    query = sa.select(Statement.id).join(Topic).where(Topic.slug == ISSUE, Statement.hidden_at.is_(None))
    statements = list(ctx.session.scalars(query))
    return [
        {
            "method": "PUT",
            "path": f"/api/v1/issues/{ISSUE}/statements/{statement}/vote",
            "token": token,
            "body": json.dumps({"value": (n + statement) % 3 - 1}),
        }
        for statement in statements
        for n, token in enumerate(tokens)
    ]


def main() -> None:
    """Fill the database of the environment."""
    app = create_app()
    with app.app_context(), app.extensions["acting"].work() as ctx:
        tokens = people(ctx, PEOPLE)
        ctx.session.flush()
        Path(sys.argv[1]).write_text(json.dumps(votes(ctx, tokens)), encoding="utf-8")


if __name__ == "__main__":
    main()
