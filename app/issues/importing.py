"""An open-data export of a Polis conversation becomes an issue with its statements and votes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.agencies.queries import agency_by_slug
from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.issues.models import Issue
from app.issues.rules import IssueState, PromiseLevel
from app.opinions.importing import BroughtStatement, BroughtVote, bring_in
from app.opinions.polis_export import PolisExport
from app.opinions.rules import Origin
from app.topics.models import Topic, TopicAgency
from app.topics.rules import Part, TopicKind
from moderation import clean_line, clean_text

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CHINESE = re.compile(r"[\u3400-\u9fff]")
UNKNOWN_SOURCE = "polis"


@dataclass(frozen=True)
class Imported:
    """What an import came to."""

    issue: Issue
    changed: bool
    statements: int
    participants: int
    votes: int


def import_conversation(ctx: Context, export: PolisExport, agency_slug: str, slug: str, lang: str = "en") -> Imported:
    """Import a conversation as an open issue of an agency; a second time only what is new in it.

    `lang` is the language of texts without Chinese characters. Who wrote a statement is not taken over: in these
    exports authors carry the number they vote under.
    """
    ctx.require(Permission.IMPORT)
    if not SLUG.fullmatch(slug):
        raise Invalid(N_("The address may hold small letters, digits and single hyphens only."))
    source = export.url or UNKNOWN_SOURCE
    issue = ctx.session.scalar(sa.select(Issue).join(Topic).where(Topic.slug == slug))
    if issue is None:
        issue = _issue(ctx, export, agency_slug, slug, lang, source)
    elif issue.imported_from != source:
        raise Conflict(N_("There is another issue at this address already."))
    changed = bring_in(ctx, issue.topic, _statements(export, lang), _votes(export))
    return Imported(issue, changed, len(export.statements), export.participants, len(export.votes))


def _issue(ctx: Context, export: PolisExport, agency_slug: str, slug: str, lang: str, source: str) -> Issue:
    title = clean_line(export.topic or slug)[:200]
    lang = _lang(title, lang)
    agency = agency_by_slug(ctx, agency_slug)
    topic = Topic(
        kind=TopicKind.ISSUE,
        slug=slug,
        title={lang: title},
        summary={lang: clean_line(export.description or title)[:500]},
        opened_at=_first_moment(ctx, export),
        agencies=[TopicAgency(agency_id=agency.id, part=Part.LEAD)],
    )
    issue = Issue(
        topic=topic,
        state=IssueState.OPEN,
        promise=PromiseLevel.CONSULT,
        area="",
        background={lang: clean_text(export.description or "")},
        still_open={},
        decided={},
        created_at=ctx.now,
        imported_from=source,
    )
    ctx.session.add(issue)
    ctx.session.flush()
    return issue


def _first_moment(ctx: Context, export: PolisExport) -> datetime:
    return min((one.created_at for one in export.statements), default=ctx.now)


def _lang(text: str, otherwise: str) -> str:
    return "zh-Hant-TW" if CHINESE.search(text) else otherwise


def _statements(export: PolisExport, lang: str) -> list[BroughtStatement]:
    return [
        BroughtStatement(
            key=f"polis:{one.id}",
            text=clean_line(one.text),
            lang=_lang(one.text, lang),
            origin=Origin.IMPORT,
            written_at=one.created_at,
            hidden=one.moderated < 0,
        )
        for one in export.statements
    ]


def _votes(export: PolisExport) -> list[BroughtVote]:
    return [
        BroughtVote(f"polis:{vote.voter}", f"polis:{vote.statement}", vote.value, vote.cast_at) for vote in export.votes
    ]
