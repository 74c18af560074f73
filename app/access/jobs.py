"""Forgetting what is no longer needed of sign-ins."""

from __future__ import annotations

from app.access.actions import forget_sign_ins
from app.core.context import UnitOfWork


def forget(work: UnitOfWork) -> None:
    """Delete sign-ins of more than a year ago."""
    with work() as ctx:
        forget_sign_ins(ctx)
