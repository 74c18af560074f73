"""Reading the rules: those in force, and those something was begun under."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import NotFound
from app.core.policy import Policy
from app.policies.models import PolicyRow

_kept: dict[tuple[str, int], Policy] = {}
"""Versions read before. A version never changes, so it is read once per process."""


def find_policy(session: Session, day: date) -> Policy:
    """The rules in force on a day: the newest version that has begun, or the platform's own. One small query."""
    begun = sa.select(PolicyRow.version).where(PolicyRow.effective_from <= day).order_by(PolicyRow.version.desc())
    version = session.scalar(begun.limit(1))
    return _read(session, version) if version else Policy()


def policy_of(ctx: Context, version: int) -> Policy:
    """The rules of one version, 0 for the platform's own; `NotFound` for one that was never published."""
    return _read(ctx.session, version) if version else Policy()


def publication(ctx: Context, version: int) -> PolicyRow | None:
    """How a version was published; None for 0, which nobody did. `NotFound` for one that does not exist."""
    return ctx.get(PolicyRow, version) if version else None


def newest_first() -> sa.Select[tuple[PolicyRow]]:
    """The published versions for the API."""
    return sa.select(PolicyRow).order_by(PolicyRow.version.desc())


def publications(ctx: Context) -> Sequence[PolicyRow]:
    """Every published version, the oldest first."""
    return ctx.session.scalars(sa.select(PolicyRow).order_by(PolicyRow.version)).all()


def newest_version(ctx: Context) -> int:
    """The number of the version published last, 0 before the first."""
    return ctx.session.scalar(sa.select(sa.func.max(PolicyRow.version))) or 0


def forget_policies() -> None:
    """Read everything anew: versions say nothing once a database was emptied or restored under a running process."""
    _kept.clear()


def _read(session: Session, version: int) -> Policy:
    key = (str(session.get_bind()), version)
    if key not in _kept:
        row = session.get(PolicyRow, version)
        if row is None:
            raise NotFound()
        _kept[key] = Policy.from_json(row.document).numbered(version)
    return _kept[key]
