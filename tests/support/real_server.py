"""The application as hosts run it: gunicorn and its processes, asked over a socket; with a guard off, if wanted."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from apiflask import APIFlask

from app import create_app
from app.accounts import actions, facts
from app.accounts.models import Person
from app.accounts.queries import myself
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import SYSTEM
from app.endorsements import endorsing
from app.endorsements.facts import ProposalEstablished
from app.endorsements.rules import Side
from tests.support.pages import find_form

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60


@dataclass
class Server:
    """Where it listens."""

    port: int

    def ask(self, method: str, path: str, data: dict[str, str] | None = None, **headers: str) -> Answer:
        """One request on a connection of its own."""
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            sent = headers | ({"Content-Type": "application/x-www-form-urlencoded"} if data else {})
            connection.request(method, path, urlencode(data or {}), sent)
            answer = connection.getresponse()
            cookies = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
            text = answer.read().decode()
            return Answer(answer.status, text, answer.getheader("Location") or "", cookies)
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str
    cookies: list[str]


@dataclass
class Visitor:
    """Somebody with cookies, who sends the forms found on pages."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)
    page: Answer = field(default_factory=lambda: Answer(0, "", "", []))

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
        """One request with what was kept."""
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.page = self.server.ask(method, path, data, **({"Cookie": kept} if kept else {}))
        for line in self.page.cookies:
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return self.page

    def send(self, path: str, containing: str, **values: str) -> Answer:
        """Send a form of the page that is open."""
        return self.ask("POST", path, find_form(self.page.text, containing).values | values)


@contextmanager
def running(database_url: str, data: Path, unguarded: str = "") -> Iterator[Server]:
    """Serve this database, at the moment tests begin at, until the block ends; `unguarded` names one of `WITHOUT`."""
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    env = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    env |= {"MINYI_ENV": "test", "MINYI_DATA": str(data), "DATABASE_URL": database_url, "LIMITS": "off"}
    env |= {"BASE_URL": "http://localhost", "HOST": HOST, "PORT": str(port), "UNGUARDED": unguarded}
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen([*command, f"{__name__}:build()"], cwd=ROOT, env=env)
    try:
        _wait_for(process, port)
        yield Server(port)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended at its start"
        try:
            if Server(port).ask("GET", "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def build() -> APIFlask:
    """What gunicorn serves."""
    from tests.conftest import NOON  # noqa: PLC0415 - here, for the fixtures of tests import this module

    WITHOUT[os.environ["UNGUARDED"]]()
    return create_app(os.environ, FixedClock(NOON))


def _as_it_is() -> None:
    """Every guard on."""


def _without_the_one_establishment() -> None:
    """Whoever finds the threshold reached says so, whatever was said before."""

    def say_it_again(ctx: Context, topic_id: int) -> bool:
        ctx.acting_as(SYSTEM).record(ProposalEstablished(topic_id, 0, 0, ctx.today))
        return True

    count = endorsing._count

    def forgetful(ctx: Context, topic_id: int, moves: dict[Side, int]) -> endorsing.Counted:
        counted = count(ctx, topic_id, moves)
        return endorsing.Counted(counted.endorsed, counted.threshold, counted.notices, is_established=False)

    endorsing._count = forgetful
    endorsing.establish = say_it_again


def _without_one_spelling() -> None:
    """A voice is an address as it was typed."""
    setattr(endorsing, "voice_of", lambda ctx: myself(ctx).email)  # noqa: B010 - it belongs to another module


def _without_asking_whether_confirmed() -> None:
    """Each click confirms."""

    def confirm_again(ctx: Context, person: Person) -> None:
        person.confirmed_at = ctx.now
        ctx.record(facts.PersonConfirmed(person.id))

    actions._confirm = confirm_again


WITHOUT: dict[str, Callable[[], None]] = {
    "": _as_it_is,
    "establishment": _without_the_one_establishment,
    "spelling": _without_one_spelling,
    "confirming": _without_asking_whether_confirmed,
}
