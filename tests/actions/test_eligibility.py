"""Who may vote and comment by the rules in force, and whose name is shown to nobody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.actions import create_token
from app.comments.actions import write
from app.comments.rules import CommentInput, Stance
from app.core.bounds import BadDocument
from app.core.context import Context
from app.core.keys import Keys
from app.core.persons import Act, AgeBand, Level, Standing
from app.core.policy import Policy
from app.core.policy_sections import Who
from app.identities.actions import declare, link
from app.identities.eligibility import NotEligible, may_act
from app.identities.queries import subject_key
from app.identities.rules import Known, missing
from app.opinions.actions import cast
from app.opinions.rules import Vote
from app.policies.actions import publish_policy
from app.policies.rules import PublicationInput
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]


def rules(work: Work, **eligibility: dict[str, Any]) -> None:
    """Publish rules that ask for something."""
    policy = Policy.from_json({"eligibility": eligibility})
    with work() as ctx:
        words = {"en": "Office", "zh-Hant-TW": "機關"}
        publish_policy(ctx, PublicationInput(policy, ctx.today, words, words))


def vote(work: Work, person: MadePerson, issue: MadeIssue) -> None:
    with work(person.actor) as ctx:
        cast(ctx, ctx.get(Topic, issue.topic_id), issue.statement_ids[0], Vote.AGREE)


def comment(work: Work, person: MadePerson, issue: MadeIssue, text: str = "Run them longer.") -> int:
    with work(person.actor) as ctx:
        return write(ctx, ctx.get(Topic, issue.topic_id), CommentInput(text, "en", Stance.FOR)).id


def test_by_the_platforms_own_rules_a_confirmed_address_is_enough(work: Work, make: Make) -> None:
    person, issue = make.person(), make.issue(statements=1)
    vote(work, person, issue)
    comment(work, person, issue)


def test_who_lacks_a_level_is_told_what_is_missing_and_may_once_it_is_there(
    work: Work, make: Make, browser: Browser
) -> None:
    person, issue = make.person(), make.issue(statements=1)
    rules(work, vote={"level": "high", "nationals": False, "residents": False})
    with pytest.raises(NotEligible, match="link an identity that was checked by an authority"):
        vote(work, person, issue)
    comment(work, person, issue)
    browser.sign_in(person).open(f"/en/issues/{issue.slug}/opinion")
    assert "link an identity that was checked by an authority" in browser.send("1", status=403, press=("value", "1"))
    with work(person.actor) as ctx:
        link(ctx, "city", subject_key(Keys("one secret"), "https://a.example", "1"), Level.HIGH)
    vote(work, person, issue)


@pytest.mark.parametrize(
    ("who", "known", "words"),
    [
        (Who(), Known(Level.NONE), "confirm your e-mail address"),
        (Who(), Known(Level.EMAIL), "whether you are a citizen"),
        (Who(), Known(Level.EMAIL, Standing.OTHER), "this is for others"),
        (Who(residents=False), Known(Level.EMAIL, Standing.RESIDENT), "this is for others"),
        (Who(), Known(Level.EMAIL, Standing.RESIDENT), None),
        (Who(level=Level.PHONE), Known(Level.EMAIL, Standing.NATIONAL), "confirm a mobile number"),
        (Who(level=Level.PHONE), Known(Level.HIGH, Standing.NATIONAL), None),
        (Who(min_age=16), Known(Level.EMAIL, Standing.NATIONAL), "how old you are, roughly"),
        (Who(min_age=16), Known(Level.EMAIL, Standing.NATIONAL, AgeBand.TEEN), "from the age of %(age)s"),
        (Who(min_age=15), Known(Level.EMAIL, Standing.NATIONAL, AgeBand.TEEN), "from the age of %(age)s"),
        (Who(min_age=16), Known(Level.EMAIL, Standing.NATIONAL, AgeBand.YOUTH), None),
        (Who(min_age=20), Known(Level.EMAIL, Standing.NATIONAL, AgeBand.ADULT), None),
    ],
)
def test_the_first_thing_that_is_missing_is_named(who: Who, known: Known, words: str | None) -> None:
    found = missing(who, known)
    assert (found is None) is (words is None)
    assert found is None or (words or "") in found.words


def test_an_age_is_a_band_and_a_minor_is_below_eighteen() -> None:
    assert [band.is_minor for band in AgeBand] == [True, True, True, False, False]
    assert [band.least for band in AgeBand] == [0, 14, 16, 18, 20]


def test_what_somebody_says_of_themselves_counts_from_then_on(work: Work, make: Make) -> None:
    person = make.person()
    rules(work, comment={"min_age": 16})
    for said, may in (((None, None), False), ((Standing.NATIONAL, AgeBand.YOUTH), True), ((None, None), False)):
        with work(person.actor) as ctx:
            declare(ctx, *said)
        with work(person.actor) as ctx:
            assert (may_act(ctx, Act.COMMENT) is None) is may


def test_no_rule_shows_the_names_of_minors() -> None:
    with pytest.raises(BadDocument, match="no rule can change that"):
        Policy.from_json({"eligibility": {"hide_names_of_minors": False}})
    with pytest.raises(BadDocument):
        Policy.from_json({"eligibility": {"vote": {"level": "none"}}})


def test_the_name_of_a_minor_is_on_no_page_and_in_no_answer_and_comes_back_with_age(
    work: Work, make: Make, browser: Browser, client: FlaskClient
) -> None:
    minor, issue = make.person("Lin Xiao-mei"), make.issue(statements=1)
    number = comment(work, minor, issue)
    with work(minor.actor) as ctx:
        token = create_token(ctx, "mine").secret
        declare(ctx, None, AgeBand.YOUTH)
    pages = [f"/en/issues/{issue.slug}/discussion{more}" for more in ("", f"/{number}", f"/{number}/versions")]
    answers = [f"/api/v1/issues/{issue.slug}/comments{more}" for more in ("", f"/{number}")]

    def shown() -> list[bool]:
        found = ["Lin Xiao-mei" in browser.open(page) for page in pages[:2]]
        return found + ["Lin Xiao-mei" in client.get(answer).get_data(as_text=True) for answer in answers]

    assert not any(shown())
    assert "somebody under 18" in browser.open(pages[0])
    assert client.get(answers[1]).json["author"] is None
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json
    assert me["name"] == "Lin Xiao-mei", "to themselves"
    with work(minor.actor) as ctx:
        declare(ctx, None, AgeBand.YOUNG)
    assert all(shown()), "control"


def test_the_page_takes_what_is_said_and_nothing_else(browser: Browser, make: Make) -> None:
    browser.sign_in(make.person()).open("/en/account/identity")
    assert "Your changes are saved." in browser.send("/account/identity", age_band="16-17", standing="resident")
    assert browser.form("/account/identity").values["age_band"] == "16-17"
    browser.send("/account/identity", status=422, age_band="150", standing="martian")
    browser.open("/en/account/identity")
    assert browser.form("/account/identity").values["standing"] == "resident"
