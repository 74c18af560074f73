"""What the page shows on which officers write an issue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from app.core.language import LANGUAGES, LOCALES, Said
from app.issues.faces import prose
from app.issues.forms import ON_TOPIC, TextsForm, first_language
from app.issues.history import text_name
from app.issues.models import Issue
from app.issues.rules import LONGEST
from moderation import clean_text

MARKDOWN = ("still_open", "decided", "background")


@dataclass(frozen=True)
class LanguageLink:
    """A language the issue is told in, or could be told in."""

    lang: str
    text: str
    href: str
    current: bool


@dataclass(frozen=True)
class SavedText:
    """A text as it is saved, with its name."""

    label: str
    text: Said


def writing(issue: Issue | None, form: TextsForm, lang: str) -> dict[str, Any]:
    """The values of the page: the form in `lang`, a preview if asked for, and what was saved meanwhile by others."""
    first = first_language(issue) if issue else lang
    return {
        "issue": issue,
        "form": form,
        "lang": lang,
        "first": first,
        "links": [_link(issue, one, lang) for one in _near(issue, lang)],
        "more_links": [_link(issue, one, lang) for one in LANGUAGES if one not in _near(issue, lang)],
        "original": saved_texts(issue, first) if issue and first != lang else {},
        "newer": _meanwhile(issue, form, lang) if issue else [],
        "preview": {name: prose({lang: form[name].data or ""}) for name in MARKDOWN} if is_preview() else {},
    }


def is_preview() -> bool:
    """Whether the officer wants to see the text first; then nothing is saved."""
    return request.form.get("press") == "preview"


def saved_texts(issue: Issue, lang: str) -> dict[str, SavedText]:
    """The texts of an issue in one language, by field."""
    rows = {name: issue.topic if name in ON_TOPIC else issue for name in LONGEST}
    texts = {name: Said(getattr(row, name).get(lang, ""), lang) for name, row in rows.items()}
    return {name: SavedText(text_name(name), text) for name, text in texts.items()}


def _meanwhile(issue: Issue, form: TextsForm, lang: str) -> list[SavedText]:
    """What somebody else saved since the form was opened, where it differs; saving again then replaces it."""
    if not form.is_submitted() or form.revision.data == issue.revision:
        return []
    form.revision.raw_data, form.revision.data = None, issue.revision
    saved = saved_texts(issue, lang)
    return [text for name, text in saved.items() if text.text.text != clean_text(form[name].data or "")]


def _near(issue: Issue | None, lang: str) -> list[str]:
    """The languages the issue is told in, those of the site, and the one that is being written."""
    return list(dict.fromkeys([*(issue.topic.title if issue else []), *LOCALES, lang]))


def _link(issue: Issue | None, lang: str, current: str) -> LanguageLink:
    name = LANGUAGES.get(lang, lang)
    if issue is None:
        return LanguageLink(lang, name, url_for("issues.new", lang=lang), lang == current)
    is_new = lang not in issue.topic.title
    text = gettext("Add a version: %(language)s", language=name) if is_new else name
    return LanguageLink(lang, text, url_for("issues.edit", slug=issue.topic.slug, lang=lang), lang == current)
