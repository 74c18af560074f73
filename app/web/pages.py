"""What every page's template may use."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request, url_for
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.local import LocalProxy

from app.core.language import LANGUAGES, LOCALES, Said, said
from app.core.permissions import Actor, Permission
from app.web.acting import ctx
from app.web.i18n import address_in, page_locale
from moderation import render


@dataclass(frozen=True)
class Me:
    """The signed-in person, as the masthead needs to know."""

    name: str
    is_officer: bool
    is_moderator: bool
    is_admin: bool

    @classmethod
    def of(cls, actor: Actor) -> Me | None:
        """None for a visitor."""
        if not actor.is_signed_in:
            return None
        may = actor.may
        return cls(actor.name, may(Permission.DESK), may(Permission.MODERATE), may(Permission.ADMINISTER))


def install(app: Flask) -> None:
    """Bind the context processor and the functions of the templates."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(asset=asset, languages=LANGUAGES)
    app.jinja_env.filters["said"] = said_here
    app.context_processor(_page)


def asset(name: str) -> str:
    """Address of a file in app/static, with a fingerprint of its content so that it may be cached for a year."""
    path = Path(current_app.static_folder or "") / name
    return f"/static/{name}?v={_fingerprint(str(path), path.stat().st_mtime_ns)}"


@dataclass(frozen=True)
class Prose:
    """A rendered text and its language."""

    html: Markup
    lang: str


def prose(markdown: str, lang: str) -> Prose:
    """A Markdown text that stands in one language, ready for a page."""
    return Prose(_rendered(markdown), lang)


def said_here(text: dict[str, str]) -> Said:
    """The version of a text for the reader of this page."""
    return said(text, page_locale())


def local_next(target: str, fallback: str) -> str:
    """`target` if it is a path on this site, else `fallback`: nobody is sent elsewhere by a link to us."""
    try:
        parts = urlsplit(target)
    except ValueError:  # `//[` begins an IPv6 address that never ends
        return fallback
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target
    safe = plain and not parts.scheme and not parts.netloc and target.isprintable()
    return target if safe else fallback


@lru_cache(maxsize=256)
def _rendered(markdown: str) -> Markup:
    """The same few texts are read by thousands."""
    return render(markdown) if markdown else Markup("")


@lru_cache(maxsize=256)
def _fingerprint(path: str, _changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def _page() -> dict[str, Any]:
    here = page_locale()
    other = next(locale for locale in LOCALES if locale != here)
    found = ctx()
    return {
        "instance_name": said(found.settings.name, here).text,
        "settings": found.settings,
        "policy": LocalProxy(lambda: found.policy),
        "locale": here,
        "other_locale": other,
        "other_locale_url": address_in(other),
        "me": Me.of(found.actor),
        "actor": found.actor,
        "today": found.today,
        "nav_current": "",
        "home_url": url_for("home.index") if "home.index" in current_app.view_functions else "/",
        "page_path": request.path,
        "Permission": Permission,
    }
