"""`flask sample`: loads the city once, and says who may sign in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from apiflask import APIFlask

from app.agencies.models import Agency
from app.core.context import Context
from app.sample.commands import load, sign_ins

Work = Callable[[], AbstractContextManager[Context]]


def test_a_second_load_changes_nothing(app: APIFlask, work: Work) -> None:
    runner = app.test_cli_runner()
    assert "Loaded the sample city" in runner.invoke(load).output
    with work() as ctx:
        before = ctx.session.scalar(sa.select(sa.func.count()).select_from(Agency))
    assert runner.invoke(load).output == ""
    with work() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(Agency)) == before


def test_the_sign_ins_name_the_address_and_the_password(app: APIFlask) -> None:
    printed = app.test_cli_runner().invoke(sign_ins).output
    assert "http://localhost" in printed
    assert "admin@qingchuan.example" in printed
    assert "clear-river-morning-7" in printed
