"""The developer's outbox, the addresses in letters, and the settings of mail."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app.accounts.links import MailedLinks
from app.config import BadConfig, Environment
from app.core.context import Context
from app.core.language import LOCALES
from app.notices.actions import NOBODY, Draft, post
from app.notices.addresses import Addresses
from app.notices.mail import Folder, Server, Smtp, check_settings, transport_for
from app.web.i18n import LocalePrefix
from tests.conftest import NOON

Work = Callable[..., AbstractContextManager[Context]]


@pytest.fixture
def development(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application as it runs on a developer's machine."""
    config = dataclasses.replace(app.config["CONFIG"], environment=Environment.DEVELOPMENT)
    monkeypatch.setitem(app.config, "CONFIG", config)


def put(work: Work, text: str, recipient: str = "lin@example.org", number: int = 1) -> None:
    with work() as ctx:
        for n in range(number):
            post(ctx, Draft(recipient, "en", f"Letter <{n}>", text, "localhost"))


@pytest.mark.usefixtures("development")
def test_the_developer_reads_the_newest_letters_and_follows_their_links(client: FlaskClient, work: Work) -> None:
    put(work, "Hello <b>you</b>\n\nhttp://localhost:8000/en/confirm/abc.def-_x\n", number=52)
    put(work, "for the sake of time", NOBODY)
    page = client.get("/en/dev/mail").get_data(as_text=True)
    assert page.count("<article") == 50
    assert 'href="http://localhost:8000/en/confirm/abc.def-_x"' in page
    assert "&lt;b&gt;you" in page
    assert "Letter &lt;51&gt;" in page
    assert "Letter &lt;1&gt;" not in page
    assert "for the sake of time" not in page


@pytest.mark.usefixtures("development")
@pytest.mark.parametrize(
    "request_of",
    [
        {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}},
        {"environ_overrides": {"REMOTE_ADDR": "2001:db8::1"}},
        {"headers": {"X-Forwarded-For": "192.0.2.7"}},
        {"headers": {"Forwarded": "for=192.0.2.7"}},
        {"headers": {"Host": "city.example"}},
        {"headers": {"Host": "127.0.0.1.evil.example:8000"}},
    ],
)
def test_nobody_else_finds_the_outbox(client: FlaskClient, request_of: dict[str, dict[str, str]]) -> None:
    assert client.get("/dev/mail").status_code == 200
    assert client.get("/dev/mail", **request_of).status_code == 404


@pytest.mark.usefixtures("development")
@pytest.mark.parametrize("host", ["localhost", "localhost:8123", "127.0.0.1:8123", "[::1]:8123", "[::1]"])
def test_the_developer_may_call_this_machine_by_any_of_its_names(client: FlaskClient, host: str) -> None:
    assert client.get("/dev/mail", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("environment", [Environment.PRODUCTION, Environment.TEST])
def test_outside_development_there_is_no_outbox(
    app: APIFlask, client: FlaskClient, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = dataclasses.replace(app.config["CONFIG"], environment=environment)
    monkeypatch.setitem(app.config, "CONFIG", config)
    assert client.get("/dev/mail").status_code == 404


@pytest.mark.parametrize("lang", LOCALES)
def test_every_address_in_a_letter_is_a_page_in_the_language_of_its_reader(app: APIFlask, lang: str) -> None:
    here = Addresses("http://localhost", MailedLinks("secret"))
    expected = {
        here.page("/", lang): "home.index",
        here.page("/sign-in", lang): "accounts.sign_in",
        here.page("/forgot", lang): "accounts.forgot",
        here.confirm(1, 1, lang, NOON): "accounts.confirm",
        here.reset(1, 1, lang, NOON): "accounts.reset",
        here.reply("issues", "night-buses", lang): "replies.show",
        here.desk_case(7, lang): "replies.edit",
    }
    for address, endpoint in expected.items():
        environ = {"PATH_INFO": urlsplit(address).path, "SCRIPT_NAME": ""}
        LocalePrefix(lambda environ, start: [])(environ, None)
        assert environ["SCRIPT_NAME"] == ("/en" if lang == "en" else "")
        found = app.url_map.bind("localhost").match(environ["PATH_INFO"])
        assert found[0] == endpoint


# ---- settings


def test_mail_url_names_the_way_out() -> None:
    assert transport_for("file:///var/mail/minyi%20here") == Folder(Path("/var/mail/minyi here"))
    found = transport_for("smtp://mi%40nyi:p%2Fw%3F@mail.example:587?tls=starttls")
    assert isinstance(found, Smtp)
    assert found.server == Server("mail.example", 587, "mi@nyi", "p/w?", "starttls")
    for url, server in (
        ("smtps://mail.example", Server("mail.example", 465, "", "", "tls")),
        ("smtp://mail.example", Server("mail.example", 25, "", "", "none")),
    ):
        found = transport_for(url)
        assert isinstance(found, Smtp)
        assert found.server == server


@pytest.mark.parametrize(
    ("url", "sender", "named"),
    [
        ("smtp://mail.example?tls=maybe", "minyi@city.example", "MAIL_URL"),
        ("smtps://mail.example?tls=starttls", "minyi@city.example", "MAIL_URL"),
        ("smtp://mail.example:port", "minyi@city.example", "MAIL_URL"),
        ("file:///tmp", "minyi", "MAIL_FROM"),
        ("file:///tmp", "", "MAIL_FROM"),
        ("file:///tmp", "minyi@city.example\nBcc: all@city.example", "MAIL_FROM"),
    ],
)
def test_a_setting_with_which_no_letter_could_leave_is_refused_by_name(url: str, sender: str, named: str) -> None:
    with pytest.raises(BadConfig, match=named):
        check_settings(url, sender)


def test_a_sender_may_have_a_name_of_its_own() -> None:
    check_settings("file:///tmp", "City of Qingchuan <minyi@city.example>")
