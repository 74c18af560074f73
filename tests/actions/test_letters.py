"""Which letters are written, to whom, in which language."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.accounts import actions
from app.accounts.actions import Joining
from app.accounts.facts import PersonJoined
from app.accounts.links import MailedLinks, Purpose
from app.accounts.models import Membership
from app.cases.facts import (
    AgencyAdded,
    AgencyReleased,
    TransferAccepted,
    TransferDeclined,
    TransferOffered,
    TransferWithdrawn,
)
from app.cases.models import Case
from app.cases.queries import case_by_id
from app.cases.timekeeping import extend_case, pause_case, resume_case
from app.clocks.rules import Reason
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Forbidden
from app.core.facts import Fact
from app.core.permissions import ANONYMOUS, Role
from app.notices.actions import Draft, post
from app.notices.addresses import Addresses, addresses
from app.notices.models import Letter
from app.notices.texts import written
from app.replies.facts import (
    CorrectionSentBack,
    CorrectionSubmitted,
    HoldingSentBack,
    HoldingSubmitted,
    ReplySentBack,
    ReplySubmitted,
)
from app.topics.rules import Part
from tests.support.builders import MadeCase, Make

Work = Callable[..., AbstractContextManager[Context]]
NAMES = [
    "confirm",
    "known_address",
    "reset",
    "new_password",
    "new_device",
    "account_changed",
    "case_opened",
    "clock_reminder",
    "clock_moved",
    "clock_paused",
    "clock_late",
    "clock_late_head",
    "clock_late_supervisor",
    "reply_submitted",
    "reply_sent_back",
    "holding_submitted",
    "holding_sent_back",
    "correction_submitted",
    "correction_sent_back",
    "part_added",
    "part_released",
    "transfer_offered",
    "transfer_accepted",
    "transfer_declined",
    "transfer_withdrawn",
    "survey",
    "study_end_proposed",
    "study_end_refused",
    "milestone_late",
    "milestone_quiet",
]


def letters(work: Work) -> list[Letter]:
    """The letters to somebody, in their order."""
    with work() as ctx:
        return list(ctx.session.scalars(sa.select(Letter).where(Letter.recipient != "").order_by(Letter.id)))


def forget_letters(work: Work) -> None:
    with work() as ctx:
        ctx.session.execute(sa.delete(Letter))


def test_the_confirmation_holds_a_link_that_confirms_the_person_who_joined(work: Work) -> None:
    with work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, Joining("Lin", "lin@example.org", "en", "a long good sentence"))
    (letter,) = letters(work)
    link = next(line for line in letter.text.splitlines() if "/confirm/" in line)
    assert link.startswith("http://localhost/en/confirm/")
    with work(ANONYMOUS) as ctx:
        claim = addresses().links.read(Purpose.CONFIRM, link.rpartition("/")[2], ctx.now)
        assert actions.confirm(ctx, claim).email == "lin@example.org"


def test_a_letter_is_written_in_the_language_of_its_reader_and_leads_to_pages_in_it(work: Work, make: Make) -> None:
    for lang, prefix in (
        ("zh-Hant-TW", "http://localhost/"),
        ("en", "http://localhost/en/"),
        ("vi", "http://localhost/"),
    ):
        person = make.person(lang=lang, confirmed=False)
        with work() as ctx:
            ctx.record(PersonJoined(person.id))
        letter = letters(work)[-1]
        assert f"\n{prefix}confirm/" in letter.text
        assert letter.lang == ("en" if lang == "en" else "zh-Hant-TW")
        assert bool(re.search("[\u4e00-\u9fff]", letter.subject)) == (lang != "en")


def test_a_letter_goes_to_the_ascii_form_of_an_address(work: Work) -> None:
    with work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, Joining("Lin", "lin@市府.tw", "en", "a long good sentence"))
    assert letters(work)[0].recipient == "lin@xn--7st6m.tw"


def test_a_letter_is_undone_with_its_cause(work: Work) -> None:
    with work(ANONYMOUS) as ctx:
        actions.sign_up(ctx, Joining("Lin", "lin@example.org", "en", "a long good sentence"))
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1
        ctx.session.rollback()
    assert letters(work) == []


def test_only_the_system_posts_letters(work: Work, make: Make) -> None:
    draft = Draft("a@example.org", "en", "Hello", "Hello", "localhost")
    for actor in (ANONYMOUS, make.person().actor, make.officer(make.agency()).actor):
        with pytest.raises(Forbidden), work(actor) as ctx:
            post(ctx, draft)


@pytest.mark.parametrize("lang", ["zh-Hant-TW", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_letter_has_a_subject_of_one_line_a_text_and_a_signature(name: str, lang: str) -> None:
    values: dict[str, object] = dict.fromkeys(
        ("link", "sign_in", "forgot", "desk", "desk_after", "offer", "page", "home"), "https://example.org/x"
    )
    values |= {"promised": "Handling plan", "may_extend": True, "days": 7, "due_on": date(2026, 11, 24)}
    values |= {"device": "Firefox · Linux", "network": "203.0.113.0/24", "what": "A passkey was set up."}
    values |= {"step": "Shelters", "since": date(2026, 11, 25), "old": date(2026, 11, 10)}
    values |= {"again_on": date(2026, 12, 1)}
    text = written(name, lang, instance="Qingchuan", title="Night <buses> & “trains”", **values)
    assert text.subject
    assert "\n" not in text.subject
    assert "https://example.org/x" in text.body
    assert text.body.rstrip().splitlines()[-3:-1] == ["Qingchuan", "https://example.org/x"]
    assert "&lt;" not in text.body, "plain text is not escaped"


def test_a_letter_refuses_to_be_written_with_a_value_missing() -> None:
    with pytest.raises(Exception, match="'link' is undefined"):
        written("confirm", "en", instance="Qingchuan", home="https://example.org/")


def test_addresses_keep_the_folder_of_the_base_url() -> None:
    here = Addresses("https://city.example/minyi", MailedLinks("secret"))
    assert here.page("/sign-in", "en") == "https://city.example/minyi/en/sign-in"
    assert here.reply("issues", "night-buses", "zh-Hant-TW") == "https://city.example/minyi/issues/night-buses/reply"
    assert here.host == "city.example"


# ---- letters to officers


def test_a_case_is_announced_to_the_confirmed_officers_of_its_agencies_and_nobody_else(work: Work, make: Make) -> None:
    agency, other = make.agency(), make.agency()
    author, approver = make.officer(agency), make.officer(agency, Role.APPROVER)
    make.officer(other), make.person()
    case = make.case(agency_id=agency)
    found = letters(work)
    assert sorted(letter.recipient for letter in found) == sorted([author.email, approver.email])
    assert all("Night buses" in letter.subject for letter in found)
    assert f"/en/issues/{case.slug}/reply" in found[0].text
    assert f"/en/desk/cases/{case.id}" in found[0].text
    assert "2026" in found[0].subject


def test_an_officer_of_two_agencies_gets_one_letter(work: Work, make: Make) -> None:
    first, second = make.agency(), make.agency()
    officer = make.officer(first)
    with work() as ctx:
        ctx.session.add(Membership(agency_id=second, person_id=officer.id, role=Role.AUTHOR))
    make.case(agency_id=first, co_agency_id=second)
    assert [letter.recipient for letter in letters(work)] == [officer.email]


def test_an_agency_without_officers_is_written_to_at_its_own_address(work: Work, make: Make) -> None:
    make.case(agency_id=make.agency())
    (letter,) = letters(work)
    assert letter.recipient.startswith("agency")
    assert letter.lang == "zh-Hant-TW"


@pytest.mark.parametrize(
    ("fact", "readers"),
    [
        (lambda case: ReplySubmitted(case.topic_id, case.id), {"approver"}),
        (lambda case: ReplySentBack(case.topic_id, case.id), {"author", "approver"}),
    ],
)
def test_what_happens_to_a_reply_is_told_to_those_who_act_next(
    work: Work, make: Make, fact: Callable[[MadeCase], object], readers: set[str]
) -> None:
    agency = make.agency()
    who = {make.officer(agency).email: "author", make.officer(agency, Role.APPROVER).email: "approver"}
    case = make.case(agency_id=agency)
    forget_letters(work)
    with work() as ctx:
        ctx.record(fact(case))
    assert {who[letter.recipient] for letter in letters(work)} == readers


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        (HoldingSubmitted, "/holding"),
        (HoldingSentBack, "/holding"),
        (CorrectionSubmitted, "/correction"),
        (CorrectionSentBack, "/correction"),
    ],
)
def test_a_letter_leads_to_the_page_where_something_is_decided(
    work: Work, make: Make, kind: Callable[..., Fact], ending: str
) -> None:
    agency = make.agency()
    make.officer(agency, Role.APPROVER)
    case = make.case(agency_id=agency)
    forget_letters(work)
    with work() as ctx:
        ctx.record(kind(case.topic_id, case.id, 1))
    assert [f"http://localhost/en/desk/cases/{case.id}{ending}\n" in letter.text for letter in letters(work)] == [True]


def test_only_the_lead_is_asked_to_approve(work: Work, make: Make) -> None:
    lead, co = make.agency(), make.agency()
    approver = make.officer(lead, Role.APPROVER)
    make.officer(co, Role.APPROVER)
    case = make.case(agency_id=lead, co_agency_id=co)
    for fact in (
        ReplySubmitted(case.topic_id, case.id),
        HoldingSubmitted(case.topic_id, case.id, 1),
        CorrectionSubmitted(case.topic_id, case.id, 2),
    ):
        forget_letters(work)
        with work() as ctx:
            ctx.record(fact)
        assert [letter.recipient for letter in letters(work)] == [approver.email]


@pytest.mark.parametrize(
    ("fact", "reader", "link"),
    [
        (
            lambda case, us, them: AgencyAdded(case.topic_id, case.id, 2, them, Part.CO),
            "they",
            "desk/cases/{}/agencies",
        ),
        (lambda case, us, them: AgencyReleased(case.topic_id, case.id, 2, them), "they", "reply"),
        (lambda case, us, them: TransferOffered(case.topic_id, case.id, 7, us, them), "they", "desk/offers/7"),
        (lambda case, us, them: TransferAccepted(case.topic_id, case.id, 7, us, them), "we", "reply"),
        (lambda case, us, them: TransferDeclined(case.topic_id, case.id, 7, us, them), "we", "desk/cases/{}"),
        (lambda case, us, them: TransferWithdrawn(case.topic_id, case.id, 7, us, them), "they", "reply"),
    ],
)
def test_what_happens_between_agencies_is_told_to_the_one_that_does_not_know_yet(
    work: Work, make: Make, fact: Callable[..., Fact], reader: str, link: str
) -> None:
    us, them = make.agency(), make.agency()
    case = make.case(agency_id=us)
    who = {make.officer(us, Role.APPROVER).email: "we", make.officer(them, Role.APPROVER).email: "they"}
    forget_letters(work)
    with work() as ctx:
        ctx.record(fact(case, us, them))
    (letter,) = letters(work)
    assert who[letter.recipient] == reader
    assert f"/{link.format(case.id)}\n" in letter.text


# ---- letters about a date


def test_whoever_answers_learns_of_every_new_date_and_pause(
    work: Work, make: Make, clock: FixedClock, run_job: Callable[[str], None]
) -> None:
    lead, co = make.agency(), make.agency()
    approver, helper = make.officer(lead, Role.APPROVER), make.officer(co)
    case = make.case(agency_id=lead, co_agency_id=co)
    why = Reason("We wait for the figures.", "en")

    def told(act: Callable[[Context, Case], None] | None = None) -> set[tuple[str, str]]:
        forget_letters(work)
        if act is None:
            run_job("sweep-clocks")
        else:
            with work(approver.actor) as ctx:
                act(ctx, case_by_id(ctx, case.id))
        return {(letter.recipient, letter.subject.partition(":")[0]) for letter in letters(work)}

    both = {approver.email, helper.email}
    assert told(lambda ctx, found: extend_case(ctx, found, 5, why)) == {
        (one, "Now due on Tue 1 Dec 2026") for one in both
    }
    assert told(lambda ctx, found: pause_case(ctx, found, why)) == {(one, "The clock is paused") for one in both}
    assert told(resume_case) == set(), "whoever let it run again sees the date"
    told(lambda ctx, found: pause_case(ctx, found, why))
    clock.advance(timedelta(days=31))
    assert {(one, subject.partition(" on ")[0]) for one, subject in told()} == {(one, "Now due") for one in both}
