"""Results as pages, the feed and the API show them: where it is, what it says, and what of it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext

from app.cases.faces import agencies_words
from app.core.clock import local_date
from app.core.context import Context
from app.core.language import Said, said
from app.search.kinds import KINDS, Document
from app.search.queries import Found
from app.search.rules import Piece, State, Term, hits, marked, shared_words, snippet
from app.topics.queries import is_open
from app.web.i18n import page_locale

OWN_PAGES = ("issues.show", "proposals.show")
"""Pages of a topic itself. All others have the kind of the topic in their address."""


@dataclass(frozen=True)
class Marked:
    """A text in pieces, hits apart, and its language."""

    pieces: Sequence[Piece]
    lang: str

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Result:
    """Something that was found. `title` is its own, or that of its topic; `text` answers best, or is None."""

    kind: str
    kind_words: str
    href: str
    title: Marked
    text: Marked | None
    topic: Said | None
    """The topic it belongs to, where the title is not the topic's."""
    agencies: str
    at: datetime
    day: date
    """The local day of that moment."""
    status: str
    """Whether one can take part now; else empty."""
    shared: Sequence[str]
    """The words it shares with what was asked, as they were typed."""


def results(ctx: Context, found: Sequence[Found], question: str = "", *, external: bool = False) -> list[Result]:
    """The results of a page."""
    return [_result(ctx, one, question, external) for one in found]


def kind_words(kind: str) -> str:
    """A kind of thing in a word."""
    return gettext(KINDS[kind].words)


def state_words(state: State) -> str:
    """A state of a topic in a few words."""
    return {
        State.OPEN: gettext("Open to you now"),
        State.CLOSED: gettext("Closed, not answered"),
        State.ANSWERED: gettext("Answered"),
    }[state]


def place_of(document: Document, *, external: bool = False) -> str:
    """The address of the page on which a thing stands."""
    topic = document.topic
    at_all = {} if document.endpoint in OWN_PAGES else {"kind": topic.kind.value}
    return url_for(
        document.endpoint, **at_all, slug=topic.slug, **document.values, _anchor=document.anchor, _external=external
    )


def _result(ctx: Context, found: Found, question: str, external: bool) -> Result:
    document = found.document
    own = said(document.title, _best_title(found)) if document.title else None
    topic = said(document.topic.title, page_locale())
    title = own or topic
    of_topic = own is None or document.title == document.topic.title
    return Result(
        kind=found.kind,
        kind_words=kind_words(found.kind),
        href=place_of(document, external=external),
        title=Marked(marked(title.text, hits(title.text, found.terms)), title.lang),
        text=_text(found),
        topic=None if of_topic else topic,
        agencies=agencies_words(document.topic.agencies),
        at=document.at,
        day=local_date(document.at, ctx.settings.timezone),
        status=gettext("Open to you now") if is_open(ctx, document.topic) else "",
        shared=shared_words(question, held_terms(found)) if question else (),
    )


def _best_title(found: Found) -> str:
    """The reader's language, unless only another version of the title was found."""
    here = page_locale()
    title = found.document.title
    if here in title and hits(title[here], found.terms):
        return here
    other = next((lang for lang, text in title.items() if hits(text, found.terms)), here)
    return here if here in title and found.document.body else other


def _text(found: Found) -> Marked | None:
    """The passage with most of what was asked for; the reader's language before others, the first before later."""
    body = [(lang, text) for lang, text in found.document.body if text]
    if not body:
        return None
    here = page_locale()
    lang, text = max(body, key=lambda one: (len({*_kinds_of_hit(one[1], found)}), one[0] == here))
    return Marked(snippet(text, found.terms), lang)


def _kinds_of_hit(text: str, found: Found) -> set[str]:
    return {text[start:end].casefold() for start, end in hits(text, found.terms)}


def held_terms(found: Found) -> list[Term]:
    """The terms that the document really holds."""
    whole = "\n".join((*found.document.title.values(), *(text for _, text in found.document.body)))
    return [term for term in found.terms if hits(whole, [term])]
