"""A visitor for tests: opens pages and sends the forms found on them, hidden fields and CSRF token included."""

from __future__ import annotations

from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.builders import PASSWORD, MadePerson


@dataclass
class Form:
    """A form of a page: where it goes, and the values it would send as it stands."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.textarea: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(got.get("action", ""), got.get("method", "get").lower()))
        elif self.forms and "name" in got and tag in {"input", "textarea", "select", "button"}:
            self._take(tag, got)
        elif tag == "option" and self.forms and self.select and "selected" in got:
            self.forms[-1].values[self.select] = got.get("value", "")

    def _take(self, tag: str, got: dict[str, str]) -> None:
        form, kind = self.forms[-1], got.get("type", "")
        if tag == "button" or kind == "submit":
            form.buttons.append((got["name"], got.get("value", "")))
        elif tag == "textarea":
            self.textarea = got["name"]
            form.values[self.textarea] = ""
        elif tag == "select":
            self.select = got["name"]
        elif kind not in {"checkbox", "radio"} or "checked" in got:
            form.values[got["name"]] = got.get("value", "on" if kind == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.forms[-1].values[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = None
        elif tag == "select":
            self.select = None


def find_form(page: str, containing: str) -> Form:
    """The form of a page that has this field, this button value, or this piece of its action."""
    parser = _Forms()
    parser.feed(page)
    for form in parser.forms:
        if (
            containing in form.values
            or containing in form.action
            or containing in (b for pair in form.buttons for b in pair)
        ):
            return form
    raise AssertionError(f"no form with {containing!r}")


class Client(FlaskClient):
    """Every request in a context of its own, as on a server.

    A request inside the application context of a test would share `g` with the request before it: the same actor, the
    same moment, the same database session.
    """

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return Context().run(super().open, *args, **options)


class Browser:
    """One person's visit. English pages unless another prefix is asked for."""

    def __init__(self, app: APIFlask) -> None:
        self.http = app.test_client()
        self.page: TestResponse | None = None
        self.address = "/"

    @property
    def text(self) -> str:
        """The page as it came, HTML."""
        assert self.page is not None
        return self.page.get_data(as_text=True)

    def open(self, address: str, status: int = 200) -> str:
        """GET a page, following redirects; the status must be as expected."""
        self.page = self.http.get(address, follow_redirects=True)
        assert self.page.status_code == status, (address, self.page.status_code, self.text[:2000])
        self.address = self.page.request.path
        return self.text

    def form(self, containing: str) -> Form:
        """The form that has this field, this button value, or this piece of its action."""
        return find_form(self.text, containing)

    def send(self, containing: str, status: int = 200, press: tuple[str, str] | None = None, **values: Any) -> str:
        """Fill in the form found by `containing` and send it, following redirects."""
        form = self.form(containing)
        parts = urlsplit(form.action or self.address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        data: dict[str, Any] = form.values | values
        if press:
            data[press[0]] = press[1]
        self.page = self._follow(path, form.method.upper(), data)
        assert self.page.status_code == status, (path, self.page.status_code, self.text[:3000])
        self.address = self.page.request.path
        return self.text

    def _follow(self, path: str, method: str, data: dict[str, Any]) -> TestResponse:
        """Send a form and go where the answers lead; 307 means to send the same once more, as browsers do."""
        page = self.http.open(path, method=method, data=data)
        while page.status_code == 307:
            page = self.http.open(page.location, method=method, data=data)
        return self.http.get(page.location, follow_redirects=True) if 300 <= page.status_code < 400 else page

    def sign_in(self, person: MadePerson) -> Browser:
        """Sign in through the page."""
        self.open("/en/sign-in")
        self.send("password", email=person.email, password=PASSWORD)
        return self
