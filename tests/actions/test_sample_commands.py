"""`flask sample`: loads the city once, and says who may sign in."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import sqlalchemy as sa
from apiflask import APIFlask

from app.accounts.queries import person_by_token
from app.agencies.models import Agency
from app.core.context import Context
from app.endorsements.queries import gathering_of
from app.proposals.queries import phase, proposal_by_id
from app.proposals.rules import Phase
from app.sample.commands import load, people, proposal, sign_ins

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


def test_sample_people_are_confirmed_and_have_one_token_a_line(app: APIFlask, work: Work, tmp_path: Path) -> None:
    printed = app.test_cli_runner().invoke(people, ["20", "--tokens", str(tmp_path / "tokens")])
    assert printed.exit_code == 0, printed.output
    tokens = (tmp_path / "tokens").read_text().split()
    with work() as ctx:
        found = [person_by_token(ctx.session, token) for token in tokens]
    assert len({one.id for one in found if one and one.confirmed_at}) == 20


def test_a_sample_proposal_collects_endorsements_and_is_named_in_the_last_line(app: APIFlask, work: Work) -> None:
    printed = app.test_cli_runner().invoke(proposal, ["--threshold", "150"])
    told = json.loads(printed.output.strip().splitlines()[-1])
    with work() as ctx:
        found = proposal_by_id(ctx, told["id"])
        assert (found.topic.slug, phase(found)) == (told["slug"], Phase.COLLECTING)
        assert gathering_of(ctx, found.topic_id).threshold == 150
