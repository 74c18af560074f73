"""The texts of letters: `app/templates/letters/<name>.txt`, plain text, in the language of the reader.

The first line of a template is the subject, the rest after an empty line the letter. Nothing of a request is in reach,
so a letter reads the same whoever causes it, from wherever.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.config import ROOT
from app.core.language import LOCALES
from app.web.catalogues import sentences
from app.web.filters import day


class Text(NamedTuple):
    """A letter without its envelope. `lang` is the language it came out in."""

    subject: str
    body: str
    lang: str


def written(name: str, lang: str, **values: object) -> Text:
    """Write a letter for a reader of `lang`, or in the default language where we have none of that language."""
    lang = lang if lang in LOCALES else LOCALES[0]
    page = _environment(lang).get_template(f"{name}.txt").render(values)
    subject, _, body = page.partition("\n\n")
    return Text(" ".join(subject.split()), body.strip() + "\n", lang)


def sentence(message: str, lang: str) -> str:
    """A sentence of the catalogue in the language a letter to a reader of `lang` is written in."""
    return sentences(lang if lang in LOCALES else LOCALES[0]).gettext(message)


@cache
def _environment(lang: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "app" / "templates" / "letters"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  plain text: there is nothing to escape
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(sentences(lang), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["day"] = lambda value: day(value, lang, year=True)
    return environment
