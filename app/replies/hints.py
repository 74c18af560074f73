"""What helps officers before they submit, and never stops them: passages used before, and sentences hard to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from app.cases.models import Case
from app.core.context import Context
from app.core.language import Said, said
from app.replies.queries import EarlierText, earlier_texts
from app.replies.versions import Content
from app.web.filters import percent
from app.web.i18n import page_locale
from moderation.likeness import LEAST_CHARACTERS, Likeness, closest
from moderation.plain import Hint, HintKind, hints


@dataclass(frozen=True)
class Piece:
    """Some of a text; `repeated`: it stands in the earlier one."""

    text: str
    repeated: bool


@dataclass(frozen=True)
class Echo:
    """A text of this reply that largely repeats an earlier published one. `where` names it, `href` leads there."""

    where: str
    share: str
    title: Said
    href: str
    pieces: list[Piece]
    lang: str


@dataclass(frozen=True)
class PlainHints:
    """What could be plainer in one text of a reply: a sentence and the passage it is about, each."""

    where: str
    lines: list[tuple[str, str]]
    lang: str


def echoes(ctx: Context, case: Case, content: Content) -> list[Echo]:
    """Texts of a reply of which at least half stands in an earlier one of another case, in the same language."""
    mine = [(where, text) for where, text in _texts(case, content) if len(text) >= LEAST_CHARACTERS]
    if not mine:
        return []
    earlier = earlier_texts(ctx, case.id, content.lang, LEAST_CHARACTERS)
    return [echo for where, text in mine if (echo := _echo(where, text, content.lang, earlier))]


def plain_hints(case: Case, content: Content) -> list[PlainHints]:
    """What could be plainer, text by text."""
    found = [(where, hints(text, content.lang)) for where, text in _texts(case, content)]
    return [PlainHints(where, _lines(some, content.lang), content.lang) for where, some in found if some]


def _lines(found: list[Hint], lang: str) -> list[tuple[str, str]]:
    return [(hint_words(hint, lang), hint.passage) for hint in found]


def hint_words(hint: Hint, lang: str) -> str:
    """A hint about a text in this language, in a sentence."""
    match hint.kind:
        case HintKind.LONG_SENTENCE if lang == "en":
            return ngettext(
                "This sentence has %(num)s word. Could it be two?",
                "This sentence has %(num)s words. Could it be two?",
                hint.amount,
            )
        case HintKind.LONG_SENTENCE:
            return ngettext(
                "This sentence has %(num)s character. Could it be two?",
                "This sentence has %(num)s characters. Could it be two?",
                hint.amount,
            )
        case HintKind.HEAVY:
            share = percent(hint.amount / 100, page_locale())
            return gettext("Words of the office make up %(share)s of this text.", share=share)
        case HintKind.OFFICIALESE:
            return gettext("Word of the office; instead: %(words)s", words=hint.instead)
        case HintKind.LONG_WORD:
            return ngettext("A word of %(num)s letter.", "A word of %(num)s letters.", hint.amount)


def _texts(case: Case, content: Content) -> Iterator[tuple[str, str]]:
    yield gettext("Summary"), content.summary
    for number, demand in enumerate(case.demands, 1):
        if demand.id in content.answers:
            yield gettext("Demand %(number)s", number=number), content.answers[demand.id].text


def _echo(where: str, text: str, lang: str, earlier: list[EarlierText]) -> Echo | None:
    found = closest(text, [one.text for one in earlier])
    if found is None or not found[1].is_large:
        return None
    one, alike = earlier[found[0]], found[1]
    return Echo(
        where=where,
        share=percent(alike.share, page_locale()),
        title=said(one.title, page_locale()),
        href=url_for("replies.show", kind=one.kind, slug=one.slug),
        pieces=list(_pieces(text, alike)),
        lang=lang,
    )


def _pieces(text: str, alike: Likeness) -> Iterator[Piece]:
    done = 0
    for passage in alike.passages:
        if done < passage.start:
            yield Piece(text[done : passage.start], repeated=False)
        yield Piece(text[passage.start : passage.end], repeated=True)
        done = passage.end
    if done < len(text):
        yield Piece(text[done:], repeated=False)
