"""Who acts in this request, and the one transaction it runs in.

`ctx()` gives the views their `Context`. The transaction is committed in one place, after the view has answered and
before the answer leaves: what the page says was saved, was saved. An answer of 400 or above takes everything back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy.orm import Session

from app.core.clock import Clock, SystemClock
from app.core.context import Context
from app.core.database import only_reading
from app.core.facts import Fact
from app.core.permissions import ANONYMOUS, SYSTEM, Actor, Permission
from app.core.policy import Policy
from app.core.settings import Settings
from app.extensions import db

P = ParamSpec("P")
R = TypeVar("R")
API_PREFIX = "/api/"


class Acting:
    """What every unit of work is given: the clock, the settings, the rules, the reactions and the wake-up call."""

    def __init__(
        self,
        load_settings: Callable[[Session], Settings],
        find_policy: Callable[[Session, date], Policy],
        react: Callable[[Context, Fact], None],
        wake: Callable[[str], None],
        clock: Clock | None = None,
    ) -> None:
        self.load_settings = load_settings
        self.find_policy = find_policy
        self.react = react
        self.wake = wake
        self.clock: Clock = clock or SystemClock()

    def context(self, session: Session, actor: Actor) -> Context:
        """A fresh context on this session."""
        settings = self.load_settings(session)
        return Context(session, actor, self.clock, settings, self.react, find_policy=self.find_policy)

    @contextmanager
    def work(self, actor: Actor = SYSTEM) -> Iterator[Context]:
        """One unit of work outside a request (a job, a command): commits at the end, rolls back on any error."""
        with Session(db.engine, expire_on_commit=False) as session, session.begin():
            ctx = self.context(session, actor)
            yield ctx
        for job in ctx.wakes:
            self.wake(job)


def acting() -> Acting:
    """The application's `Acting`."""
    found: Acting = current_app.extensions["acting"]
    return found


def ctx() -> Context:
    """The context of this request."""
    if "ctx" not in g:
        g.ctx = acting().context(db.session(), _actor())
    found: Context = g.ctx
    return found


def guard(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare which permission a route needs. A route without one stops the start of the application."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            ctx().require(permission)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def for_everybody(view: Callable[P, R]) -> Callable[P, R]:
    """Declare a route that everybody may read and that asks nobody who they are: it works without a database."""
    view.permission = Permission.READ  # type: ignore[attr-defined]
    return view


def install(app: Flask, acting: Acting) -> None:
    """Bind requests to transactions."""
    app.extensions["acting"] = acting
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def check_guards(app: Flask) -> None:
    """Raise unless every route names its permission."""
    free = {"static", "openapi.spec"}
    bare = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in free and not hasattr(app.view_functions[rule.endpoint], "permission")
    ]
    if bare:
        raise RuntimeError(f"routes without a permission: {', '.join(sorted(bare))}")


def _actor() -> Actor:
    """Pages know a person by the session, the API by a token only: a foreign page cannot act through a cookie."""
    if not current_user.is_authenticated:
        return ANONYMOUS
    by_token = request.path.startswith(API_PREFIX)
    if current_user.by_token != by_token:
        return ANONYMOUS
    found: Actor = current_user.actor
    return found


def _begin() -> None:
    g.reading = only_reading.set(request.method in {"GET", "HEAD", "OPTIONS"})


def _end(response: Response) -> Response:
    if "ctx" not in g:
        return response
    if response.status_code >= 400 or only_reading.get():
        db.session.rollback()
        return response
    db.session.commit()
    for job in g.ctx.wakes:
        acting().wake(job)
    return response


def _forget(_error: BaseException | None) -> None:
    token: Any = g.pop("reading", None)
    if token is not None:
        only_reading.reset(token)
