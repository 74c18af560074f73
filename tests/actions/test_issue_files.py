"""Files beside issues: what is taken, where it is kept, what it leaves in the versions, and when it is forgotten."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.permissions import Actor, Role
from app.issues import attaching, files
from app.issues.attaching import attach, detach
from app.issues.files import keep, place_of
from app.issues.jobs import LEFT_ALONE, SHELVES
from app.issues.queries import issue_by_slug, versions_of
from app.issues.rules import ATTACHMENTS_MAX, IssueState
from tests.support.builders import MadeIssue, Make

Work = Callable[..., AbstractContextManager[Context]]
PLAN = b"%PDF-1.7\nThe plan."


@dataclass
class Shelf:
    """An agency's draft and open issue, its officers, and the folder of files."""

    work: Work
    make: Make
    folder: Path
    draft: MadeIssue = field(init=False)

    def __post_init__(self) -> None:
        self.draft = self.make.issue(state=IssueState.DRAFT)
        self.open = self.make.issue(agency_id=self.draft.agency_id)
        self.author = self.make.officer(self.draft.agency_id).actor
        self.approver = self.make.officer(self.draft.agency_id, Role.APPROVER).actor

    def attach(self, made: MadeIssue, data: bytes = PLAN, name: str = "plan.pdf", by: Actor | None = None) -> int:
        with self.work(by or self.approver) as ctx:
            return attach(ctx, issue_by_slug(ctx, made.slug), data, name, self.folder).id

    def detach(self, made: MadeIssue, attachment_id: int, by: Actor | None = None) -> None:
        with self.work(by or self.approver) as ctx:
            detach(ctx, issue_by_slug(ctx, made.slug), attachment_id)

    def names(self, made: MadeIssue) -> list[str]:
        with self.work() as ctx:
            return [file.name for file in issue_by_slug(ctx, made.slug).attachments]

    def versions(self, made: MadeIssue) -> list[list[str]]:
        with self.work() as ctx:
            return [one.content["files"] for one in versions_of(ctx, issue_by_slug(ctx, made.slug))]

    def kept(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def shelf(work: Work, make: Make, tmp_path: Path) -> Shelf:
    return Shelf(work, make, tmp_path / "files")


def test_a_file_is_kept_under_its_digest_before_its_row(shelf: Shelf) -> None:
    shelf.attach(shelf.draft, by=shelf.author)
    with shelf.work() as ctx:
        (file,) = issue_by_slug(ctx, shelf.draft.slug).attachments
    assert (file.name, file.media_type, file.size) == ("plan.pdf", "application/pdf", len(PLAN))
    assert shelf.kept() == [place_of(shelf.folder, file.sha256)]
    assert shelf.kept()[0].read_bytes() == PLAN
    assert shelf.versions(shelf.draft) == []


def test_the_same_file_beside_two_issues_is_kept_once(shelf: Shelf) -> None:
    shelf.attach(shelf.draft)
    shelf.attach(shelf.open, name="the plan.pdf")
    assert len(shelf.kept()) == 1
    with pytest.raises(Conflict):
        shelf.attach(shelf.open)
    assert shelf.names(shelf.open) == ["the plan.pdf"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.txt"),
        (b"MZ\x00\x01", "program.exe"),
        (b"<script>alert(1)</script>", "page.html"),
        (PLAN, "plan.txt"),
        (b"%PDF-1.7\n" + b"x" * (10 * 1024 * 1024), "big.pdf"),
    ],
)
def test_what_is_no_known_file_is_refused_and_not_kept(shelf: Shelf, data: bytes, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        shelf.attach(shelf.draft, data, name)
    assert list(refused.value.fields) == ["file"]
    assert shelf.kept() == []


def test_there_is_an_end_to_the_files(shelf: Shelf) -> None:
    for n in range(ATTACHMENTS_MAX):
        shelf.attach(shelf.draft, f"{n}".encode(), f"{n}.txt")
    with pytest.raises(Conflict):
        shelf.attach(shelf.draft, b"one more", "more.txt")
    assert len(shelf.names(shelf.draft)) == ATTACHMENTS_MAX


def test_a_file_that_comes_or_goes_is_a_version_of_a_published_issue(shelf: Shelf) -> None:
    first = shelf.attach(shelf.open)
    shelf.attach(shelf.open, b"a,b", "figures.csv")
    shelf.detach(shelf.open, first)
    assert shelf.versions(shelf.open) == [[], ["plan.pdf"], ["plan.pdf", "figures.csv"], ["figures.csv"]]


def test_who_may_attach_and_detach(shelf: Shelf) -> None:
    outsider, citizen = shelf.make.officer(shelf.make.agency(), Role.APPROVER).actor, shelf.make.person().actor
    attached = shelf.attach(shelf.open)
    for actor in (outsider, citizen, shelf.author):
        with pytest.raises(Forbidden):
            shelf.attach(shelf.open, b"mine", "mine.txt", actor)
        with pytest.raises(Forbidden):
            shelf.detach(shelf.open, attached, actor)
    for actor in (outsider, citizen):
        with pytest.raises(NotFound):
            shelf.attach(shelf.draft, b"mine", "mine.txt", actor)
    assert shelf.names(shelf.open) == ["plan.pdf"]


def test_a_file_of_another_issue_is_not_here(shelf: Shelf) -> None:
    attached = shelf.attach(shelf.open)
    with pytest.raises(NotFound):
        shelf.detach(shelf.draft, attached)


def test_a_withdrawn_issue_keeps_its_files_as_they_are(shelf: Shelf) -> None:
    withdrawn = shelf.make.issue(agency_id=shelf.draft.agency_id, state=IssueState.WITHDRAWN)
    with pytest.raises(Conflict):
        shelf.attach(withdrawn)


def test_a_write_that_breaks_leaves_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        shelf.attach(shelf.draft)
    assert shelf.kept() == []
    assert shelf.names(shelf.draft) == []


def test_the_file_is_on_the_disk_before_the_row_is_written(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept_while_no_row(folder: Path, data: bytes, sha256: str) -> None:
        keep(folder, data, sha256)
        raise RuntimeError("power cut")

    monkeypatch.setattr(attaching, "keep", kept_while_no_row)
    with pytest.raises(RuntimeError):
        shelf.attach(shelf.draft)
    assert len(shelf.kept()) == 1
    assert shelf.names(shelf.draft) == []


@pytest.fixture
def own_folder(shelf: Shelf, app: object, data_folder: Path) -> Path:
    """The folder the job looks into, empty."""
    shelf.folder = data_folder / "files"
    for path in shelf.kept():
        path.unlink()
    return shelf.folder


def _travel_to_shelf_of(path: Path, clock: FixedClock) -> datetime:
    """The next minute in which the job looks at the shelf of this file."""
    while int(clock.now().timestamp() // 60) % SHELVES != int(path.name[:2], 16):
        clock.advance(timedelta(minutes=1))
    return clock.now()


def test_files_no_issue_has_are_forgotten_after_a_day(
    shelf: Shelf, own_folder: Path, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    gone = shelf.attach(shelf.draft, b"gone", "gone.txt")
    (place,) = shelf.kept()
    shelf.detach(shelf.draft, gone)
    now = _travel_to_shelf_of(place, clock)
    for age, stays in ((LEFT_ALONE - timedelta(minutes=1), True), (LEFT_ALONE + timedelta(minutes=1), False)):
        written = (now - age).timestamp()
        os.utime(place, (written, written))
        run_job("forget-files")
        assert place.exists() is stays


def test_files_an_issue_still_has_are_not_forgotten(
    shelf: Shelf, own_folder: Path, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    shelf.attach(shelf.draft)
    shelf.detach(shelf.open, shelf.attach(shelf.open))
    (place,) = shelf.kept()
    os.utime(place, (0, 0))
    _travel_to_shelf_of(place, clock)
    run_job("forget-files")
    assert place.read_bytes() == PLAN
