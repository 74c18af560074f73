"""What happens to issues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.facts import Fact


@dataclass(frozen=True)
class IssueDrafted(Fact):
    """An officer began an issue."""

    kind = "issue.drafted"
    topic_id: int


@dataclass(frozen=True)
class IssueDraftSaved(Fact):
    """The texts or terms of a draft were changed."""

    kind = "issue.draft-saved"
    topic_id: int


@dataclass(frozen=True)
class IssueApproved(Fact):
    """A draft was approved; it opens by itself on `opens_on`."""

    kind = "issue.approved"
    topic_id: int
    opens_on: date


@dataclass(frozen=True)
class IssueOpened(Fact):
    """An issue was published and takes voices until the end of `closes_on`."""

    kind = "issue.opened"
    public = True
    topic_id: int
    closes_on: date


@dataclass(frozen=True)
class IssueRevised(Fact):
    """The texts of a published issue were changed."""

    kind = "issue.revised"
    public = True
    topic_id: int
    version: int


@dataclass(frozen=True)
class IssueClosed(Fact):
    """An issue takes no more voices; from here on its agencies owe a reply."""

    kind = "issue.closed"
    public = True
    topic_id: int
    closed_on: date


@dataclass(frozen=True)
class IssueWithdrawn(Fact):
    """An issue was taken back, with a public reason."""

    kind = "issue.withdrawn"
    public = True
    topic_id: int


@dataclass(frozen=True)
class IssueAnswered(Fact):
    """The reply to an issue was published."""

    kind = "issue.answered"
    topic_id: int


@dataclass(frozen=True)
class FileAttached(Fact):
    """A file was put beside an issue."""

    kind = "issue.file-attached"
    topic_id: int
    sha256: str


@dataclass(frozen=True)
class FileDetached(Fact):
    """A file was taken away from an issue."""

    kind = "issue.file-detached"
    topic_id: int
    sha256: str
