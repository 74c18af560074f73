"""Sending letters: leases, retries, and servers that do not want them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import ANONYMOUS
from app.extensions import db
from app.notices import actions, jobs
from app.notices.actions import Draft, note_failure, note_sent, post, take_letter
from app.notices.jobs import empty_outbox
from app.notices.mail import Folder, Server, Smtp, TryLater
from app.notices.models import Letter
from app.notices.rules import ATTEMPTS_MAX, FORGET_AFTER, LEASE, delay_after
from tests.support.mailserver import DROP, MailServer, mail_server

Work = Callable[..., AbstractContextManager[Context]]
SENDER = "minyi@city.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A friendly mail server."""
    with mail_server() as running:
        yield running


def by_smtp(server: MailServer, user: str = "", password: str = "", tls: str = "none") -> Smtp:
    return Smtp(Server("127.0.0.1", server.port, user, password, tls))


def put(work: Work, number: int = 1, subject: str = "夜間公車", text: str = "您好\n.\n..end\n") -> list[int]:
    """Letters in the outbox; their ids."""
    with work() as ctx:
        return [
            post(ctx, Draft(f"reader{n}@example.org", "zh-Hant-TW", subject, text, "city.example")).id
            for n in range(number)
        ]


def one(work: Work) -> Letter:
    with work() as ctx:
        return ctx.session.scalars(sa.select(Letter)).one()


class Counting:
    """A way out that counts what it is given, and may fail."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.given: list[str] = []

    def deliver(self, message: EmailMessage) -> None:
        self.given.append(message["Message-ID"])
        if self.failure:
            raise self.failure

    def close(self) -> None:
        """Nothing is open."""


# ---- by SMTP


def test_a_letter_arrives_as_it_was_written(work: Work, server: MailServer) -> None:
    put(work)
    assert empty_outbox(work, by_smtp(server), SENDER) == 1
    (message,) = server.received
    assert message["Subject"] == "夜間公車"
    assert message.get_content().splitlines() == ["您好", ".", "..end"]
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["From"].addresses[0].display_name == "民議"
    assert message["X-Envelope"] == f"{SENDER} > reader0@example.org"
    assert message["Content-Language"] == "zh-Hant-TW"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    letter = one(work)
    assert message["Message-ID"] == letter.message_id
    assert letter.sent_at is not None
    assert letter.attempts == 1


def test_many_letters_leave_by_one_connection_and_none_twice(work: Work, server: MailServer) -> None:
    put(work, 20)
    assert empty_outbox(work, by_smtp(server), SENDER) == 20
    assert empty_outbox(work, by_smtp(server), SENDER) == 0
    assert sorted(message["To"] for message in server.received) == sorted(f"reader{n}@example.org" for n in range(20))
    assert server.connections == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [("RCPT", "451 Not now"), ("DATA", "452 Full"), ("DATA", "421 Going down"), ("RCPT", DROP), ("DATA", DROP)],
)
def test_what_may_pass_is_tried_again_with_the_same_message_id(
    work: Work, server: MailServer, clock: FixedClock, command: str, answer: str
) -> None:
    put(work)
    server.answers[command] = [answer]
    assert empty_outbox(work, by_smtp(server), SENDER) == 0
    waiting = one(work)
    assert waiting.sent_at is None
    assert waiting.given_up_at is None
    assert waiting.last_error
    assert waiting.next_try_at == clock.now() + delay_after(1)
    assert empty_outbox(work, by_smtp(server), SENDER) == 0, "not before its time"
    clock.advance(delay_after(1))
    assert empty_outbox(work, by_smtp(server), SENDER) == 1
    assert [message["Message-ID"] for message in server.received] == [waiting.message_id]
    assert one(work).last_error == ""


def test_a_server_that_drops_after_taking_the_letter_gets_it_again_under_the_same_message_id(
    work: Work, server: MailServer, clock: FixedClock
) -> None:
    put(work)
    server.answers["AFTER"] = [DROP]
    empty_outbox(work, by_smtp(server), SENDER)
    clock.advance(delay_after(1))
    empty_outbox(work, by_smtp(server), SENDER)
    assert len(server.received) == 2
    assert len({message["Message-ID"] for message in server.received}) == 1
    assert server.received[0].as_bytes() == server.received[1].as_bytes(), "the same to the last byte"


@pytest.mark.parametrize(("command", "answer"), [("RCPT", "550 No such mailbox"), ("DATA", "554 Not wanted")])
def test_what_is_refused_for_good_is_given_up_with_the_reason(
    work: Work, server: MailServer, clock: FixedClock, command: str, answer: str
) -> None:
    put(work, 2)
    server.answers[command] = [answer]
    assert empty_outbox(work, by_smtp(server), SENDER) == 1, "the other letter leaves all the same"
    with work() as ctx:
        first, second = ctx.session.scalars(sa.select(Letter).order_by(Letter.id))
        assert first.given_up_at is not None
        assert first.last_error == answer
        assert second.sent_at is not None
    clock.advance(timedelta(days=2))
    assert empty_outbox(work, by_smtp(server), SENDER) == 0


@pytest.mark.parametrize(
    ("command", "answer"), [("EHLO", "554 Go away"), ("MAIL", "553 Not your address"), ("MAIL", "530 Sign in first")]
)
def test_a_server_that_refuses_us_and_not_the_letter_is_asked_once_and_later(
    work: Work, server: MailServer, command: str, answer: str
) -> None:
    put(work, 5)
    server.answers[command] = [answer] * 5
    server.answers["HELO"] = [answer] * 5
    assert empty_outbox(work, by_smtp(server), SENDER) == 0
    with work() as ctx:
        found = ctx.session.scalars(sa.select(Letter)).all()
        assert [letter.attempts for letter in found].count(1) == 1
        assert not any(letter.given_up_at for letter in found)


def test_a_closed_port_costs_one_attempt_and_loses_nothing(work: Work, server: MailServer) -> None:
    put(work, 5)
    nowhere = Smtp(Server("127.0.0.1", 1, "", "", "none"))
    assert empty_outbox(work, nowhere, SENDER) == 0
    with work() as ctx:
        assert sum(ctx.session.scalars(sa.select(Letter.attempts))) == 1
        assert "Refused" in " ".join(ctx.session.scalars(sa.select(Letter.last_error)))
    assert empty_outbox(work, by_smtp(server), SENDER) == 4


def test_a_server_that_wants_a_password_gets_it(work: Work) -> None:
    put(work, 2)
    with mail_server(password="s3cret / of ours") as server:
        assert empty_outbox(work, by_smtp(server, "minyi", "wrong"), SENDER) == 0
        assert one_waiting(work).startswith("127.0.0.1: 535")
        assert empty_outbox(work, by_smtp(server, "minyi", "s3cret / of ours"), SENDER) == 1
        assert len(server.received) == 1


def one_waiting(work: Work) -> str:
    """What the first letter was told."""
    with work() as ctx:
        return ctx.session.scalars(sa.select(Letter.last_error).order_by(Letter.id)).first() or ""


def test_without_the_encryption_that_was_asked_for_nothing_is_said(work: Work, server: MailServer) -> None:
    put(work)
    assert empty_outbox(work, by_smtp(server, "minyi", "secret", "starttls"), SENDER) == 0
    assert server.received == []
    assert "STARTTLS" in one(work).last_error


@pytest.mark.parametrize("subject", ["Hello\nBcc: all@example.org", "Hello\r\nX: y", "Hello\x00"])
def test_a_header_cannot_be_broken_open(work: Work, server: MailServer, subject: str) -> None:
    put(work, subject=subject.replace("\x00", "\r") if db.engine.dialect.name == "postgresql" else subject)
    empty_outbox(work, by_smtp(server), SENDER)
    for message in server.received:
        assert message["Bcc"] is None
        assert message["X"] is None
        assert message["X-Envelope"] == f"{SENDER} > reader0@example.org"
    assert one(work).sent_at or one(work).given_up_at


# ---- into a folder


def test_a_folder_gets_one_file_a_letter_and_no_second_for_a_second_attempt(work: Work, tmp_path: Path) -> None:
    put(work, 3)
    folder = tmp_path / "mail" / "out"
    assert empty_outbox(work, Folder(folder), SENDER) == 3
    with work() as ctx:
        ctx.session.execute(sa.update(Letter).values(sent_at=None, next_try_at=ctx.now))
    assert empty_outbox(work, Folder(folder), SENDER) == 3
    assert len(list(folder.iterdir())) == 3


def test_a_folder_that_cannot_be_written_loses_nothing(work: Work, tmp_path: Path) -> None:
    put(work, 2)
    (tmp_path / "file").write_text("in the way")
    assert empty_outbox(work, Folder(tmp_path / "file" / "mail"), SENDER) == 0
    assert empty_outbox(work, Folder(tmp_path / "mail"), SENDER) == 1


def test_the_job_of_the_schedule_writes_where_the_configuration_says(
    work: Work, run_job: Callable[[str], None], data_folder: Path
) -> None:
    put(work)
    run_job("send-letters")
    token = one(work).message_id.strip("<>").partition("@")[0]
    assert len(list((data_folder / "mail").glob(f"*{token}.eml"))) == 1


# ---- attempts and leases


def test_after_the_last_attempt_a_letter_is_given_up(work: Work, clock: FixedClock) -> None:
    put(work)
    out = Counting(TryLater("451 Not now"))
    for _ in range(ATTEMPTS_MAX + 3):
        empty_outbox(work, out, SENDER)
        clock.advance(delay_after(ATTEMPTS_MAX))
    assert len(out.given) == ATTEMPTS_MAX
    assert one(work).given_up_at is not None
    assert sum((delay_after(n) for n in range(1, ATTEMPTS_MAX)), timedelta()) > timedelta(days=1)


def test_a_letter_of_a_worker_that_died_comes_back_when_its_lease_is_over(work: Work, clock: FixedClock) -> None:
    put(work)
    with work() as ctx:
        taken = take_letter(ctx)
        assert taken is not None
    out = Counting()
    clock.advance(LEASE - timedelta(seconds=1))
    empty_outbox(work, out, SENDER)
    assert out.given == []
    clock.advance(timedelta(seconds=1))
    empty_outbox(work, out, SENDER)
    assert out.given == [taken.message_id]


def test_a_letter_that_kills_every_worker_is_given_up(work: Work, clock: FixedClock) -> None:
    put(work)
    for _ in range(ATTEMPTS_MAX):
        with work() as ctx:
            assert take_letter(ctx) is not None
        clock.advance(LEASE)
    out = Counting()
    empty_outbox(work, out, SENDER)
    assert out.given == []
    assert one(work).given_up_at is not None


def test_a_worker_that_lost_its_lease_does_not_take_the_letter_from_the_next(work: Work, clock: FixedClock) -> None:
    put(work)
    with work() as ctx:
        slow = take_letter(ctx)
    clock.advance(LEASE)
    with work() as ctx:
        quick = take_letter(ctx)
        assert slow is not None
        assert quick is not None
    with work() as ctx:
        note_failure(ctx, slow, "too late", final=True)
    assert one(work).given_up_at is None
    with work() as ctx:
        note_sent(ctx, quick)
        note_failure(ctx, quick, "after all", final=True)
    assert one(work).given_up_at is None


def test_letters_are_forgotten_a_month_after_they_left(work: Work, clock: FixedClock) -> None:
    put(work, 2)
    with work() as ctx:
        letter = take_letter(ctx)
        assert letter is not None
        note_sent(ctx, letter)
    clock.advance(FORGET_AFTER + timedelta(seconds=1))
    empty_outbox(work, Counting(TryLater("451 Not now")), SENDER)
    with work() as ctx:
        assert [left.id == letter.id for left in ctx.session.scalars(sa.select(Letter))] == [False]


def test_a_long_queue_is_sent_in_several_runs(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    put(work, 5)
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    out = Counting()
    assert [empty_outbox(work, out, SENDER) for _ in range(4)] == [2, 2, 1, 0]


def test_no_transaction_is_open_while_a_letter_is_handed_over(work: Work) -> None:
    put(work, 2)

    class Writing(Counting):
        def deliver(self, message: EmailMessage) -> None:
            super().deliver(message)
            with work() as ctx:
                ctx.session.execute(sa.update(Letter).where(Letter.sent_at.is_not(None)).values(last_error=""))

    out = Writing()
    assert empty_outbox(work, out, SENDER) == 2


def test_nobody_but_the_system_takes_a_letter(work: Work) -> None:
    put(work)
    for act in (take_letter, actions.give_up_lost, actions.forget_old):
        with pytest.raises(Exception, match="sign in"), work(ANONYMOUS) as ctx:
            act(ctx)


# ---- two workers


def sent_by_workers(work: Work, app: APIFlask, number: int = 4, letters: int = 60) -> Counter[str]:
    """How often each letter was handed over by so many workers at once."""
    put(work, letters)
    together, out = threading.Barrier(number), Counting()

    def serve() -> None:
        with app.app_context():
            together.wait()
            empty_outbox(work, out, SENDER)

    threads = [threading.Thread(target=serve) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(out.given)


def test_workers_at_once_send_every_letter_and_none_twice(work: Work, app: APIFlask) -> None:
    given = sent_by_workers(work, app)
    assert len(given) == 60
    assert set(given.values()) == {1}


@pytest.mark.race
def test_control_without_the_lease_workers_at_once_send_letters_twice(
    work: Work, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")

    def look(ctx: Context) -> Letter | None:
        waiting = (Letter.sent_at.is_(None), Letter.given_up_at.is_(None))
        return ctx.session.scalars(sa.select(Letter).where(*waiting).order_by(Letter.id).limit(1)).first()

    monkeypatch.setattr(actions, "take_letter", look)
    assert max(sent_by_workers(work, app).values()) > 1
