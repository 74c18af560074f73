"""One mailbox is one account, however its address is spelled, and whoever was here before stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa
from alembic import command
from apiflask import APIFlask

from app.accounts import actions
from app.accounts.actions import Joining
from app.accounts.models import Person
from app.accounts.queries import person_by_email, person_key
from app.cli import alembic_config
from app.core.context import Context
from app.core.database import prepare
from app.core.keys import Keys
from app.core.permissions import ANONYMOUS
from app.extensions import db
from app.notices.models import Letter

Work = Callable[..., AbstractContextManager[Context]]
SPELLINGS = [
    "Lin.Mei@gmail.com",
    "linmei@gmail.com",
    "linmei+bus@gmail.com",
    "LINMEI@googlemail.com",
    "ｌｉｎ.mei@gmail.com",
]
SENTENCE = "night buses until two"


def join(work: Work, email: str) -> None:
    with work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, Joining("Lin", email, "en", SENTENCE))


def test_five_spellings_of_one_address_open_one_account_and_the_address_is_kept_as_typed(work: Work) -> None:
    for spelling in SPELLINGS:
        join(work, spelling)
    with work() as ctx:
        (person,) = ctx.session.scalars(sa.select(Person)).all()
        assert person.email == "Lin.Mei@gmail.com"
        assert set(ctx.session.scalars(sa.select(Letter.recipient))) == {"Lin.Mei@gmail.com"}
        assert {one.id for one in (person_by_email(ctx.session, typed) for typed in SPELLINGS) if one} == {person.id}


def test_the_owner_comes_in_with_any_spelling(work: Work) -> None:
    join(work, SPELLINGS[0])
    for spelling in SPELLINGS:
        with work(ANONYMOUS) as ctx:
            assert actions.sign_in(ctx, spelling, SENTENCE).email == SPELLINGS[0]


def joined_at_once(app: APIFlask, work: Work) -> int:
    """How many accounts come of fifty sign-ups of one mailbox at the same time."""

    def one(n: int) -> None:
        with app.app_context():
            join(work, f"lin+{n}@city.example")

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(one, range(50)))
    with work() as ctx:
        return ctx.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


@pytest.mark.race
def test_fifty_sign_ups_of_one_mailbox_at_once_are_one_account(
    app: APIFlask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "hash_password", lambda password: "none")
    assert joined_at_once(app, work) == 1


@pytest.mark.race
def test_control_without_the_key_of_mailboxes_they_would_be_many(
    app: APIFlask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "hash_password", lambda password: "none")
    key = next(index for index in Person.__table__.indexes if index.name == "uq_people_mailbox")
    key.drop(db.engine)
    try:
        assert joined_at_once(app, work) > 1
        with work() as ctx:
            ctx.session.execute(sa.delete(Letter))
            ctx.session.execute(sa.delete(Person))
    finally:
        key.create(db.engine)


def test_a_person_is_told_apart_by_the_mailbox_under_the_secret_of_the_instance(work: Work) -> None:
    join(work, SPELLINGS[0])
    join(work, "mei@city.example")
    with work() as ctx:
        lin, mei = ctx.session.scalars(sa.select(Person).order_by(Person.id)).all()
        keys = Keys("one secret")
        again = Person(email=SPELLINGS[2])
        assert person_key(keys, lin) == person_key(keys, again) != person_key(keys, mei)
        assert person_key(Keys("another"), lin) != person_key(keys, lin)
        assert "lin" not in person_key(keys, lin)


BEFORE = [
    (1, "lin.mei@gmail.com", None),
    (2, "linmei@gmail.com", "2026-02-01"),
    (3, "linmei+a@gmail.com", "2026-01-01"),
    (4, "mei@city.example", None),
]


def test_accounts_of_one_mailbox_from_before_all_stay_and_the_first_confirmed_keeps_the_mailbox(
    empty_database: str,
) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0011")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        for person_id, key, confirmed in BEFORE:
            connection.execute(
                sa.text(
                    "INSERT INTO people (id, email, email_key, name, lang, password_hash, joined_at, confirmed_at,"
                    " epoch, moderator, administrator) VALUES (:id, :key, :key, 'Lin', 'en', 'x', '2026-01-01',"
                    " :confirmed, 1, false, false)"
                ),
                {"id": person_id, "key": key, "confirmed": confirmed},
            )
    command.upgrade(config, "head")
    with engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT id, mailbox FROM people ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [
        (1, None),
        (2, None),
        (3, "linmei@gmail.com"),
        (4, "mei@city.example"),
    ]
    with sa.orm.Session(engine) as session:
        for person_id, key, _ in BEFORE:
            found = person_by_email(session, key)
            assert found is not None
            assert found.id == person_id, "everybody still comes in with the address as it was typed"
    command.downgrade(config, "0011")
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM people")) == 4
    engine.dispose()
