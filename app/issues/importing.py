"""An open-data export of a Polis conversation becomes an issue with its statements and votes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.agencies.models import Agency
from app.agencies.queries import agency_by_slug
from app.core.context import Context
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.issues.models import Issue
from app.issues.rules import IssueState, PromiseLevel
from app.opinions.facts import VotesImported
from app.opinions.importing import BroughtStatement, BroughtVote, bring_in
from app.opinions.polis_export import PolisExport
from app.opinions.rules import Origin
from app.topics.models import Topic, TopicAgency
from app.topics.rules import Part, TopicKind
from moderation import clean_line, clean_text

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""The tags of BCP 47 that name a living language; of private use and grandfathered ones there are none here."""
CHINESE = re.compile(r"[\u3400-\u9fff]")
WITHOUT_ADDRESS = "polis"
"""Where an export does not tell the address of its conversation."""
LONGEST_TITLE = 200
LONGEST_SUMMARY = 500


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
    if not LANGUAGE_TAG.fullmatch(lang):
        raise Invalid(N_("A language is named by its tag, such as en or zh-Hant-TW."))
    agency = _agency(ctx, agency_slug)
    source = export.url or WITHOUT_ADDRESS
    here = sa.select(Issue).join(Issue.topic).options(joinedload(Issue.topic))
    issue = ctx.session.scalar(here.where(Topic.kind == TopicKind.ISSUE, Topic.slug == slug))
    if issue is None:
        issue = _issue(ctx, export, agency, slug, lang, source)
    elif issue.topic.imported_from != source:
        raise Conflict(N_("There is another issue at this address already."))
    changed = bring_in(ctx, issue.topic, _statements(export, lang), _votes(export))
    done = Imported(issue, changed, len(export.statements), export.participants, len(export.votes))
    if changed:
        ctx.record(VotesImported(issue.topic_id, done.statements, done.participants, done.votes))
    return done


def _agency(ctx: Context, slug: str) -> Agency:
    try:
        return agency_by_slug(ctx, slug)
    except NotFound:
        raise Invalid(N_("There is no agency with the short name %(slug)s."), slug=slug) from None


def _issue(ctx: Context, export: PolisExport, agency: Agency, slug: str, lang: str, source: str) -> Issue:
    title = clean_line(export.topic or "")[:LONGEST_TITLE] or slug
    lang = _lang(title, lang)
    summary, background = _summary_and_rest(export.description or "")
    topic = Topic(
        kind=TopicKind.ISSUE,
        slug=slug,
        title={lang: title},
        summary={lang: summary or title},
        opened_at=_first_moment(ctx, export),
        imported_from=source,
        agencies=[TopicAgency(agency_id=agency.id, part=Part.LEAD)],
    )
    issue = Issue(
        topic=topic,
        state=IssueState.OPEN,
        promise=PromiseLevel.CONSULT,
        area={},
        background={lang: background},
        still_open={},
        decided={},
        created_at=ctx.now,
    )
    ctx.session.add(issue)
    ctx.session.flush()
    return issue


def _summary_and_rest(description: str) -> tuple[str, str]:
    """The first paragraph in one line, and the Markdown after it; with a first one too long, the whole of it."""
    text = clean_text(description)
    first, _, rest = text.partition("\n\n")
    summary = clean_line(first)
    return summary[:LONGEST_SUMMARY], rest if len(summary) <= LONGEST_SUMMARY else text


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
