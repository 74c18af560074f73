"""Putting files beside an issue, and taking them away."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from app.core.context import Context
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import N_
from app.core.uploads import Upload, UploadRefusal, UploadRefused, recognise
from app.issues.facts import FileAttached, FileDetached, IssueRevised
from app.issues.files import keep
from app.issues.models import Attachment, Issue
from app.issues.queries import writing_needs
from app.issues.rules import ATTACHMENTS_MAX, IssueState
from app.issues.versions import add_version, content_of

WHY_REFUSED = {
    UploadRefusal.TOO_BIG: N_("The file is larger than 10 MB."),
    UploadRefusal.EMPTY: N_("The file is empty."),
    UploadRefusal.UNKNOWN_KIND: N_("This kind of file is not taken. Please use PDF, PNG, JPEG, ODT, ODS, CSV or text."),
    UploadRefusal.EXTENSION_MISMATCH: N_("The name of the file ends differently than its content."),
    UploadRefusal.BOMB: N_("The file is damaged, or far larger inside than outside."),
}


def attach(ctx: Context, issue: Issue, data: bytes, filename: str, folder: Path) -> Attachment:
    """Keep a file in `folder` and show it beside the issue; of a published issue that is a new version.

    Raises `Invalid` for a file that is not taken, `Conflict` for one too many or one that is there already.
    """
    ctx.require(*writing_needs(issue))
    upload = _recognised(data, filename)
    _lock(ctx, issue)
    if len(issue.attachments) >= ATTACHMENTS_MAX:
        raise Conflict(N_("An issue may have at most 20 files."))
    if any(file.sha256 == upload.sha256 for file in issue.attachments):
        raise Conflict(N_("This file is there already."))
    before = content_of(issue)
    keep(folder, data, upload.sha256)
    attachment = Attachment(
        name=upload.safe_name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        added_at=ctx.now,
    )
    issue.attachments.append(attachment)
    ctx.session.flush()
    ctx.record(FileAttached(issue.topic_id, upload.sha256))
    _keep_version(ctx, issue, before)
    return attachment


def detach(ctx: Context, issue: Issue, attachment_id: int) -> None:
    """Take a file away. Its name stays in the former versions; its bytes are forgotten within a day or two."""
    ctx.require(*writing_needs(issue))
    _lock(ctx, issue)
    attachment = next((file for file in issue.attachments if file.id == attachment_id), None)
    if attachment is None:
        raise NotFound()
    before = content_of(issue)
    issue.attachments.remove(attachment)
    ctx.session.flush()
    ctx.record(FileDetached(issue.topic_id, attachment.sha256))
    _keep_version(ctx, issue, before)


def _recognised(data: bytes, filename: str) -> Upload:
    try:
        return recognise(data, filename)
    except UploadRefused as refused:
        raise Invalid(fields={"file": WHY_REFUSED[refused.reason]}) from refused


def _lock(ctx: Context, issue: Issue) -> None:
    """One change of the files at a time, judged by what is there now."""
    ctx.session.execute(sa.select(Issue.id).where(Issue.id == issue.id).with_for_update())
    ctx.session.refresh(issue, ["state", "attachments"])
    issue.approver_id = None
    if issue.state is IssueState.WITHDRAWN:
        raise Conflict(N_("This issue was withdrawn. Its files stay as they are."))


def _keep_version(ctx: Context, issue: Issue, before: dict[str, object]) -> None:
    if issue.is_published:
        ctx.record(IssueRevised(issue.topic_id, add_version(ctx, issue, before)))
