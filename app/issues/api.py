"""Issues as open data."""

from __future__ import annotations

from typing import Any, Literal

from flask import url_for
from pydantic import BaseModel, Field

from app.core.clock import rfc3339
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.issues.models import Attachment, Issue, IssueVersion
from app.issues.queries import QUESTION_MAX, Wanted, issue_by_slug, issues_page, versions_page
from app.issues.rules import IssueState, PromiseLevel
from app.topics.models import TopicAgency
from app.topics.rules import Part, TopicKind
from app.web.acting import ctx, guard
from app.web.openapi import PageQuery, api_blueprint, present_page

api = api_blueprint("issues")
Texts = dict[str, str]
"""A text by BCP 47 language tag."""


class IssueAgencyOut(BaseModel):
    """An agency that asks; the lead owes the reply for all."""

    slug: str
    name: Texts
    part: Part


class IssueCounts(BaseModel):
    """How many took part, and with what."""

    participants: int
    votes: int
    statements: int
    comments: int


class AttachmentOut(BaseModel):
    """A file beside an issue; `size` in bytes, `sha256` in hexadecimal."""

    name: str
    media_type: str
    size: int
    sha256: str
    href: str


class IssueLinks(BaseModel):
    """Where the rest of an issue is: operations of this API, and its page for people."""

    self: str
    page: str
    statements: str
    map: str
    comments: str
    case: str
    versions: str


class IssueOut(BaseModel):
    """An issue. Texts are objects keyed by BCP 47 language tags; `background`, `still_open`, `decided` are Markdown.

    `closes_on` is the last local day on which voices are taken. `notice` is what must be known before its figures are
    used; `imported_from` the address of a conversation held elsewhere, or empty.
    """

    slug: str
    state: IssueState
    title: Texts
    summary: Texts
    background: Texts
    still_open: Texts
    decided: Texts
    promise: PromiseLevel
    area: Texts
    agencies: list[IssueAgencyOut]
    opened_at: str | None
    closes_on: str | None
    closed_at: str | None
    withdrawn_because: Texts
    notice: Texts
    imported_from: str
    counts: IssueCounts
    attachments: list[AttachmentOut]
    links: IssueLinks


class IssueList(BaseModel):
    """A page of issues."""

    items: list[IssueOut]
    next: str | None


class IssueQuery(PageQuery):
    """Which issues: in a state, of an agency (its slug), or the best answers to a question in a few words."""

    state: Literal["open", "closed", "answered", "withdrawn"] | None = None
    agency: str = Field("", max_length=60)
    q: str = Field("", max_length=QUESTION_MAX)


class IssueVersionOut(BaseModel):
    """A published issue as it stood from `saved_at` until the next version. `files` are names."""

    number: int
    saved_at: str
    note: str
    title: Texts
    summary: Texts
    background: Texts
    still_open: Texts
    decided: Texts
    area: Texts
    promise: PromiseLevel | None
    closes_on: str | None
    files: list[str]


class IssueVersionList(BaseModel):
    """A page of versions, the first published one first."""

    items: list[IssueVersionOut]
    next: str | None


def present_issue(issue: Issue) -> dict[str, Any]:
    """The public fields of an issue."""
    topic = issue.topic
    return {
        "slug": topic.slug,
        "state": issue.state,
        "title": topic.title,
        "summary": topic.summary,
        "background": issue.background,
        "still_open": issue.still_open,
        "decided": issue.decided,
        "promise": issue.promise,
        "area": issue.area,
        "agencies": [present_part(part) for part in topic.agencies],
        "opened_at": rfc3339(topic.opened_at) if topic.opened_at else None,
        "closes_on": topic.closes_on.isoformat() if topic.closes_on else None,
        "closed_at": rfc3339(topic.closed_at) if topic.closed_at else None,
        "withdrawn_because": issue.withdrawn_because,
        "notice": topic.notice,
        "imported_from": topic.imported_from,
        "counts": {
            "participants": topic.participant_count,
            "votes": topic.vote_count,
            "statements": topic.statement_count,
            "comments": topic.comment_count,
        },
        "attachments": [present_attachment(topic.slug, file) for file in issue.attachments],
        "links": present_links(topic.slug),
    }


def present_part(part: TopicAgency) -> dict[str, Any]:
    """An agency and its part in an issue."""
    return {"slug": part.agency.slug, "name": part.agency.name, "part": part.part}


def present_attachment(slug: str, file: Attachment) -> dict[str, Any]:
    """A file and where it is."""
    href = url_for("issues.file", slug=slug, attachment_id=file.id, _external=True)
    return {
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "href": href,
    }


def present_links(slug: str) -> dict[str, str]:
    """The addresses that belong to an issue."""
    operations = {
        "self": "issues_api.issue",
        "page": "issues.show",
        "statements": "opinions_api.statements",
        "map": "opinions_api.newest_map",
        "comments": "comments_api.comments",
        "case": "replies_api.case",
        "versions": "issues_api.issue_versions",
    }
    # Those that other kinds of topics have as well need to know of which kind this one is.
    kinds = {"comments": {"kind": TopicKind.ISSUE.value}, "case": {"kind": TopicKind.ISSUE.value}}
    return {
        name: url_for(endpoint, slug=slug, _external=True, **kinds.get(name, {}))
        for name, endpoint in operations.items()
    }


def present_version(version: IssueVersion) -> dict[str, Any]:
    """A version; of an older one only what was kept then."""
    kept = version.content
    texts = {name: kept.get(name, {}) for name in ("title", "summary", "background", "still_open", "decided", "area")}
    return texts | {
        "number": version.number,
        "saved_at": rfc3339(version.saved_at),
        "note": version.note,
        "promise": kept.get("promise"),
        "closes_on": kept.get("closes_on"),
        "files": kept.get("files", []),
    }


@api.get("/issues")
@api.input(IssueQuery, location="query", arg_name="query")
@api.output(IssueList)
@guard(Permission.READ)
def issues(query: IssueQuery) -> dict[str, Any]:
    """List the published issues, the newest first."""
    wanted = Wanted(IssueState(query.state) if query.state else None, query.agency, query.q)
    page = issues_page(ctx(), wanted, query.page, query.per_page)
    chosen = {name: value for name in ("state", "agency", "q") if (value := getattr(query, name))}
    return present_page(
        page, [present_issue(issue) for issue in page.items], "issues_api.issues", query.per_page, **chosen
    )


@api.get("/issues/<slug>")
@api.output(IssueOut)
@guard(Permission.READ)
def issue(slug: str) -> dict[str, Any]:
    """One issue."""
    return present_issue(issue_by_slug(ctx(), slug))


@api.get("/issues/<slug>/versions")
@api.input(PageQuery, location="query", arg_name="query")
@api.output(IssueVersionList)
@guard(Permission.READ)
def issue_versions(slug: str, query: PageQuery) -> dict[str, Any]:
    """Every published version of an issue, whole."""
    found = issue_by_slug(ctx(), slug)
    if not found.is_published:
        raise NotFound()
    page = versions_page(ctx(), found, query.page, query.per_page)
    items = [present_version(version) for version in page.items]
    return present_page(page, items, "issues_api.issue_versions", query.per_page, slug=slug)
