"""The steps of the entrance in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.core.context import Context
from app.core.language import Said, said
from app.search.asking import Step, Suggestion
from app.search.faces import held_terms, place_of, results
from app.search.rules import shared_words
from app.web.i18n import page_locale


@dataclass(frozen=True)
class StepView:
    """A step as the page shows it. `kind` is that of its tag; `why` gives the reason; `detail` more of it, or empty."""

    words: str
    kind: str
    title: Said
    href: str
    detail: Said
    why: str


def next_steps(ctx: Context, suggested: Sequence[Suggestion], concern: str) -> list[StepView]:
    """The steps, in their order."""
    return [_view(ctx, one, concern) for one in suggested]


def _view(ctx: Context, one: Suggestion, concern: str) -> StepView:
    title, href, detail = _where(ctx, one)
    kinds = {Step.ENDORSE: "brand", Step.TAKE_PART: "brand", Step.READ_ANSWER: "done"}
    return StepView(_words(one.step), kinds.get(one.step, ""), title, href, detail, _why(one, concern))


def _words(step: Step) -> str:
    return {
        Step.ENDORSE: gettext("Endorse this"),
        Step.TAKE_PART: gettext("Take part now"),
        Step.READ_ANSWER: gettext("Read the answer"),
        Step.AWAIT_ANSWER: gettext("See what was said"),
        Step.WRITE: gettext("Write to this agency"),
        Step.ELSEWHERE: gettext("Somebody else decides this"),
        Step.PROPOSE: gettext("Propose it"),
    }[step]


def _where(ctx: Context, one: Suggestion) -> tuple[Said, str, Said]:
    """Title, address, and a line more."""
    here = page_locale()
    nothing = Said("", here)
    if one.authority is not None:
        return said(one.authority.name, here), one.authority.href, nothing
    if one.agency is not None:
        listed = one.agency.competences.get(here) or next(iter(one.agency.competences.values()), [])
        comma = "、" if here.startswith("zh") else ", "
        return (
            said(one.agency.name, here),
            url_for("agencies.show", slug=one.agency.slug),
            Said(comma.join(listed), here),
        )
    if one.step is Step.PROPOSE:
        return Said(gettext("Propose something"), here), url_for("proposals.new"), nothing
    assert one.found is not None  # noqa: S101 - a suggestion always leads somewhere
    (result,) = results(ctx, [one.found])
    topic = one.found.document.topic
    own = Said(result.title.text, result.title.lang) if result.topic else nothing
    if result.text and one.found.kind in {"comments", "replies"}:
        own = Said(result.text.text, result.text.lang)
    href = place_of(one.found.document)
    if one.step is Step.ENDORSE:
        href = url_for("proposals.show", slug=topic.slug)
    return said(topic.title, here), href, own


def _why(one: Suggestion, concern: str) -> str:
    held = one.held if one.found is None else held_terms(one.found)
    shared = shared_words(concern, held)
    quoted = gettext(", ").join(gettext("“%(words)s”", words=words) for words in shared)
    match one.step:
        case Step.WRITE:
            return gettext("It is competent for %(words)s, which you wrote.", words=quoted)
        case Step.ELSEWHERE:
            return gettext("You wrote %(words)s. This government does not decide that.", words=quoted)
        case Step.READ_ANSWER:
            return gettext("A published answer speaks of %(words)s, as you do.", words=quoted)
        case Step.ENDORSE:
            return gettext("A proposal that asks for support speaks of %(words)s, as you do.", words=quoted)
        case Step.PROPOSE:
            return gettext("Nothing that is open now speaks of it. With enough support a reply is owed.")
        case Step.TAKE_PART:
            return gettext("People are asked about this now, and speak of %(words)s, as you do.", words=quoted)
        case Step.AWAIT_ANSWER:
            return gettext("This was discussed: it speaks of %(words)s, as you do.", words=quoted)
