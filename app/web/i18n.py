"""The language of a page is part of its address: `/en/...` is English, no prefix is the first of `LOCALES`.

So every language version can be linked, cached and indexed on its own, without a cookie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import get_locale
from wtforms.i18n import messages_path

from app.core.language import LOCALES
from app.extensions import babel
from app.web.acting import ctx
from app.web.catalogues import Catalogues
from app.web.filters import day

ENVIRON_KEY = "minyi.locale"


class LocalePrefix:
    """WSGI middleware: moves a language prefix from PATH_INFO to SCRIPT_NAME, so that `url_for` keeps it."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]]) -> None:
        self.wsgi = wsgi

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        first, _, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        if first in LOCALES[1:]:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + f"/{first}"
            environ["PATH_INFO"] = f"/{rest}"
            environ[ENVIRON_KEY] = first
        return self.wsgi(environ, start_response)


def install(app: Flask) -> None:
    """Bind Flask-Babel and the middleware."""
    babel.init_app(app, locale_selector=_select, timezone_selector=lambda: ctx().settings.timezone)
    babel.domain_instance = Catalogues()
    app.wsgi_app = LocalePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_words_of_forms)


def page_locale() -> str:
    """BCP 47 tag of the language this page is shown in."""
    found: str = (
        request.environ.get(ENVIRON_KEY, LOCALES[0]) if request else str(get_locale() or LOCALES[0]).replace("_", "-")
    )
    return found


def day_words(value: date, today: date) -> str:
    """A day in the reader's language, with its year where that is not this one."""
    return day(value, page_locale(), year=value.year != today.year)


def address_in(locale: str) -> str:
    """The address of this page in another language."""
    root = request.script_root
    if request.environ.get(ENVIRON_KEY):
        root = root.rsplit("/", 1)[0]
    prefix = "" if locale == LOCALES[0] else f"/{locale}"
    query = f"?{request.query_string.decode('utf-8', 'replace')}" if request.query_string else ""
    return f"{root}{prefix}{request.path}{query}" or "/"


def _words_of_forms() -> None:
    """Give Flask-WTF the messages of WTForms in the language of the page, where it looks for them first."""
    request.wtforms_translations = _form_messages(page_locale())  # type: ignore[attr-defined]


@cache
def _form_messages(locale: str) -> NullTranslations:
    """WTForms' own messages. Asked for zh_Hant_TW, gettext falls back to zh, which has simplified characters."""
    language = "zh_TW" if locale == "zh-Hant-TW" else locale
    return Translations.load(messages_path(), [language], domain="wtforms")


def _select() -> str:
    """Outside a request, the default language; asking `page_locale` there would ask for this again."""
    return (page_locale() if request else LOCALES[0]).replace("-", "_")
