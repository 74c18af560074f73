"""The versions of a published issue: what is kept of each, and what changed from one to the next."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.core.context import Context
from app.issues.models import Issue, IssueVersion


def content_of(issue: Issue) -> dict[str, Any]:
    """Everything of an issue that can change, as plain JSON values; texts by language."""
    topic = issue.topic
    return {
        "title": topic.title,
        "summary": topic.summary,
        "background": issue.background,
        "still_open": issue.still_open,
        "decided": issue.decided,
        "area": issue.area,
        "promise": issue.promise.value,
        "closes_on": topic.closes_on.isoformat() if topic.closes_on else None,
        "agencies": [part.agency_id for part in topic.agencies],
        "files": [file.name for file in issue.attachments],
    }


def add_version(ctx: Context, issue: Issue, before: dict[str, Any] | None = None, note: str = "") -> int:
    """Keep a published issue as it stands now; the number of the new version.

    `before` is how it stood: an imported issue, which has no version yet, gets its first one from it. The row of the
    issue is locked by the caller, so no two take the same number.
    """
    last = ctx.session.scalar(sa.select(sa.func.max(IssueVersion.number)).where(IssueVersion.issue_id == issue.id)) or 0
    if last == 0 and before is not None:
        last = 1
        _add(ctx, issue, saved_at=issue.topic.opened_at, number=last, content=before)
    _add(ctx, issue, saved_at=ctx.now, number=last + 1, content=content_of(issue), note=note)
    return last + 1


def _add(ctx: Context, issue: Issue, **values: Any) -> None:
    author_id = ctx.actor.person_id if values["saved_at"] == ctx.now else issue.author_id
    ctx.session.add(IssueVersion(issue_id=issue.id, author_id=author_id, **values))
    ctx.session.flush()
