"""Templates: they compile, they trust nobody, and every word in them is translated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from apiflask import APIFlask

from tests.policing.sources import ROOT, named, templates

FORBIDDEN = {
    r"\|\s*safe\b": "text is escaped, or made safe by moderation.render",
    r"\bMarkup\(": "markup is made by moderation.render",
    r"autoescape\s+false": "escaping is never switched off",
    r"\sstyle\s*=": "the content security policy forbids inline styles",
    r"\son[a-z]+\s*=": "the content security policy forbids inline handlers",
    r"<script(?![^>]*\bsrc=)": "the content security policy forbids inline scripts",
}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
RAW = re.compile(r"<(script|style|svg|kbd|code)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
SPOKEN = re.compile(r"\s(?:alt|title|placeholder|aria-label)=\"([^\"]*)\"")
NAMES_THEMSELVES = {"中文", "English", "A", "doctype", "html"}


def words_of(source: str) -> list[str]:
    """What a reader would read of a template that is not in the catalogue."""
    bare = JINJA.sub(" ", source)
    spoken = " ".join(SPOKEN.findall(bare))
    text = TAG.sub(" ", RAW.sub(" ", bare)) + " " + spoken
    return [word for word in WORD.findall(re.sub(r"&[a-z]+;", " ", text)) if word not in NAMES_THEMSELVES]


@pytest.mark.parametrize("path", list(templates()), ids=named)
def test_a_template_compiles(path: Path, built_app: APIFlask) -> None:
    built_app.jinja_env.get_template(str(path.relative_to(ROOT / "app" / "templates")))


@pytest.mark.parametrize("path", list(templates()), ids=named)
def test_a_template_trusts_nobody(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    found = [why for pattern, why in FORBIDDEN.items() if re.search(pattern, source)]
    assert not found


@pytest.mark.parametrize("path", list(templates()), ids=named)
def test_every_word_of_a_template_is_in_the_catalogue(path: Path) -> None:
    assert not words_of(path.read_text(encoding="utf-8"))


def test_an_untranslated_word_would_be_found() -> None:
    assert words_of('<p>{{ _("Fine") }} Forgotten</p><img alt="Also">') == ["Forgotten", "Also"]
