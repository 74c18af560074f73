"""The style guide, rendered without the application: strict about names, in both languages."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import html5lib
import jinja2
import pytest

from app.home.styleguide import examples
from app.web import filters

TEMPLATES = Path(__file__).parents[2] / "app" / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))


def page(locale: str) -> str:
    """The HTML of the style guide for a reader of `locale` who is not signed in."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: message, lambda one, many, count: one if count == 1 else many, newstyle=True
    )
    for function in (filters.day, filters.number, filters.percent, filters.size, filters.lang_attr):
        env.filters[function.__name__] = partial(function, locale=locale)
    env.filters["moment"] = partial(filters.moment, locale=locale, zone=ZoneInfo("Asia/Taipei"))
    env.globals.update(
        asset=lambda name: f"/static/{name}",
        url_for=lambda endpoint: f"/{endpoint}",
        csrf_token=lambda: "token",
        get_flashed_messages=lambda with_categories: [("success", "Saved.")],
    )
    context: dict[str, Any] = {
        "instance_name": "Qingchuan",
        "locale": locale,
        "other_locale": "zh-Hant-TW" if locale == "en" else "en",
        "other_locale_url": "/",
        "me": None,
        "nav_current": "",
    }
    return env.get_template("home/styleguide.html").render(context | examples(locale))


@pytest.fixture(scope="module", params=["zh-Hant-TW", "en"])
def html(request: pytest.FixtureRequest) -> str:
    return page(request.param)


def test_the_style_guide_is_well_formed(html: str) -> None:
    parser = html5lib.HTMLParser()
    parser.parse(html)
    assert list(parser.errors) == []


def test_no_component_writes_a_style_or_a_script_into_the_page(html: str) -> None:
    assert re.findall(r"<[^>]+\s(?:style|on[a-z]+)\s*=", html) == []
    assert re.findall(r"<style|<script(?![^>]*\ssrc=)", html) == []


def test_every_id_is_given_once_and_every_reference_finds_it(html: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for referring in re.findall(r'\s(?:for|aria-describedby|aria-labelledby)="([^"]+)"', html):
        assert set(referring.split()) <= set(ids)


def test_every_post_form_carries_the_csrf_field(html: str) -> None:
    forms = re.findall(r'<form[^>]*method="post".*?</form>', html, flags=re.DOTALL)
    assert forms
    assert all('name="csrf_token"' in form for form in forms)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_every_component_is_documented_and_shown(component: Path) -> None:
    text = component.read_text(encoding="utf-8")
    guide = (TEMPLATES / "home" / "styleguide.html").read_text(encoding="utf-8")
    listed = (TEMPLATES / "components" / "README.md").read_text(encoding="utf-8")
    assert text.startswith("{#-")
    assert f"| `{component.stem}(" in listed
    assert f'"components/{component.name}"' in guide or component.stem == "legend"
