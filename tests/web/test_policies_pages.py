"""The rules in words, their versions and differences, and the administrator's page; and the commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from flask_babel import force_locale

from app.core.bounds import BadDocument
from app.core.context import Context
from app.core.policy import Policy
from app.policies.changes import differences
from app.policies.documents import PRESETS, preset_text, to_toml
from app.policies.wording import rules_in_words
from tests.support.builders import Make
from tests.support.pages import Browser

Work = Callable[..., AbstractContextManager[Context]]
SAID = {
    "office_zh": "市政府",
    "office_en": "City <b>Hall</b>",
    "note_zh": "",
    "note_en": "Too slow & <i>unclear</i>",
}
PREVIEW, PUBLISH = ("preview", "1"), ("publish", "1")


@pytest.fixture
def admin(browser: Browser, make: Make) -> Browser:
    return browser.sign_in(make.person(administrator=True))


# ---- in words -----------------------------------------------------------------------------------------------------

FULL = Policy.from_json(
    {
        "calendar": {"country": "DE", "subdivision": "BE"},
        "endorsement": {
            "threshold": 200,
            "formula": {"share": 0.0005, "residents": 400_000, "residents_on": "2026-01-01", "low": 150, "high": 1000},
            "tiers": [{"duty": "meeting", "at": 300}],
        },
        "pauses": [{"name": {"en": "Election"}, "first_day": "2026-09-29", "last_day": "2026-11-28"}],
        "reply": {
            "due": {"amount": 70, "unit": "day"},
            "extension": {"times": 1, "most": {"amount": 30, "unit": "day"}},
            "follow_up": {"amount": 20, "unit": "day"},
        },
        "consultation": {"summary_due": {"amount": 20, "unit": "working_day"}},
        "data": {"extension": {"times": 1, "most": {"amount": 8, "unit": "day"}}},
    }
)
"""A policy in which every rule says something."""
UNSAID = {"name"}
"""The short name of the set of rules is no rule."""


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where single rules stand: numbers, texts, and lists as a whole."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if _is_tables(value) else ()
    if not entries:
        yield place
    for key, one in entries:
        yield from leaves(one, (*place, key))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def others(value: Any) -> list[Any]:
    """Values that could stand there instead."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, float):
        return [value + 0.01, round(value - 0.0000001, 7)]
    if isinstance(value, list):
        return [value[:-1], value[1:]]
    words = {"day": ["working_day"], "working_day": ["day"], "month": ["day"], "hour": ["day"], "email": ["phone"]}
    words["meeting"] = ["hearing"]
    return words.get(value, ["AT", "BB", "", "08:00:00", "17:00:00", "2026-10-01", "Poll"])


def changed(place: tuple[Any, ...]) -> Policy:
    """The full policy with another value at this place."""
    *way, last = place
    if place == ("endorsement", "threshold"):
        return Policy.from_json(FULL.to_json() | {"endorsement": {"threshold": 201}})
    for other in others(_at(FULL.to_json(), place)):
        document = FULL.to_json()
        _at(document, way)[last] = other
        try:
            found = Policy.from_json(document)
        except BadDocument:
            continue
        if found != FULL:
            return found
    raise AssertionError(f"nothing else can stand at {place}")


def _at(document: Any, way: Any) -> Any:
    for key in way:
        document = document[key]
    return document


FIXED = {("eligibility", "hide_names_of_minors"), ("endorsement", "tiers", 0, "times")}
"""What no rule can change, and what is 0 because the other way to say it is taken."""
PLACES = [place for place in leaves(FULL.to_json()) if place[0] not in UNSAID and place not in FIXED]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_whichever_rule_changes_a_sentence_changes(app: APIFlask, place: tuple[Any, ...]) -> None:
    with force_locale("en"):
        found = differences(FULL, changed(place))
    assert found, place
    assert {one.place.split(".")[0] for one in found} <= {str(place[0]), "eligibility"}


def test_there_are_many_rules_to_change() -> None:
    assert len(PLACES) > 60


def test_a_period_that_ends_otherwise_than_the_rest_says_so(app: APIFlask) -> None:
    due = {"amount": 60, "unit": "day"}
    plain, whole = (Policy.from_json({"reply": {"due": due | roll}}) for roll in ({}, {"roll": False}))
    with force_locale("en"):
        (one,) = differences(plain, whole)
        assert one.after == "An agency replies within 60 days (ending on any day)."
        assert differences(plain, Policy.from_json({"reply": {"due": due | {"roll": True}}})) == []


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("locale", ["en", "zh_Hant_TW"])
def test_every_preset_is_said_in_whole_sentences(app: APIFlask, name: str, locale: str) -> None:
    with force_locale(locale):
        texts = [rule.text for group in rules_in_words(Policy.from_toml(preset_text(name))) for rule in group.rules]
    assert len(texts) > 35
    assert all(text.endswith("." if locale == "en" else "。") for text in texts)
    assert not any("%(" in text or "None" in text for text in texts)


# ---- pages --------------------------------------------------------------------------------------------------------


def test_everybody_reads_the_rules_in_force_and_where_they_come_from(browser: Browser, make: Make) -> None:
    text = browser.open("/en/rules/policy")
    assert "An agency replies within 60 days." in text
    assert "It may extend once, by at most 60 days, before the date has come." in text
    assert "The agency replies within 14 working days after closing." in text
    assert "These rules come with the platform." in text
    make.policy(consultation={"summary_due": {"amount": 20, "unit": "working_day"}})
    text = browser.open("/en/rules/policy")
    assert "The agency replies within 20 working days after closing." in text
    assert "City Hall" in text
    assert "We have learnt." in text
    assert "20 working days" in browser.open("/en/rules")
    assert "截止後，機關須在 20 個工作天內回應。" in browser.open("/rules/policy")


def test_a_version_says_what_differs_from_any_other(browser: Browser, make: Make) -> None:
    make.policy(data={"k_anonymity": 7})
    make.policy(data={"k_anonymity": 7}, deliberation={"min_people_for_map": 40}, starts_in=3)
    text = browser.open("/en/policies/2")
    assert "What differs from version 1" in text
    assert "A map appears once 30 people have voted." in text
    assert "A map appears once 40 people have voted." in text
    assert "Published, not yet in force" in text
    table = browser.open("/en/policies/2?since=0").partition('id="changes"')[2]
    assert "fewer than 5 people" in table
    assert "fewer than 7 people" in table
    assert "Nothing." in browser.open("/en/policies/2?since=2")


@pytest.mark.parametrize(
    "address", ["/en/policies/1", "/en/policies/0?since=7", f"/en/policies/0?since={10**30}", "/api/v1/policies/1"]
)
def test_a_version_that_was_never_published_is_not_found(browser: Browser, address: str) -> None:
    assert browser.http.get(address).status_code == 404


def test_what_cannot_be_compared_with_is_left_out(browser: Browser, make: Make) -> None:
    make.policy()
    assert "What differs from version 0" in browser.open("/en/policies/1?since=first")


def test_a_case_leads_to_the_rules_it_was_opened_under(browser: Browser, make: Make) -> None:
    make.policy()
    case = make.case()
    assert 'href="/en/policies/1"' in browser.open(f"/en/issues/{case.slug}/reply/date")


def test_an_administrator_changes_a_number_looks_at_it_and_publishes_it(admin: Browser, app: APIFlask) -> None:
    admin.open("/en/admin/policy")
    text = admin.send("summary_due", press=PREVIEW, summary_due="20", **SAID)
    assert "The agency replies within 14 working days after closing." in text
    assert "The agency replies within 20 working days after closing." in text
    assert "If an issue closes on Wed 4 Nov 2026, the reply is due on Wed 2 Dec 2026." in text
    assert "20 working days" not in Browser(app).open("/en/rules/policy")
    text = admin.send("summary_due", press=PUBLISH)
    assert "The rules were published." in text
    assert "City &lt;b&gt;Hall&lt;/b&gt;" in text
    assert "Too slow &amp; &lt;i&gt;unclear&lt;/i&gt;" in text
    assert "The agency replies within 20 working days after closing." in Browser(app).open("/en/rules/policy")


def test_an_administrator_starts_from_a_preset_and_changes_the_text(admin: Browser, work: Work) -> None:
    admin.open("/en/admin/policy?start=small_island")
    assert admin.form("threshold").values["threshold"] == "50"
    admin.open("/en/admin/policy?as=text&start=central")
    document = admin.form("office_en").values["text"]
    assert document.strip() == preset_text("central").strip()
    admin.page = admin.http.post(
        "/en/admin/policy?as=text",
        data=admin.form("office_en").values
        | SAID
        | {"text": document.replace("threshold = 5000", "threshold = 4000"), "publish": "1"},
    )
    assert admin.page.status_code == 303
    with work() as ctx:
        assert ctx.policy.endorsement.threshold == 4000
        assert ctx.policy.name == "central"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (
            {"threshold": "19"},
            "From 20 to 20,000 people: fewer could be one family, more has hardly ever been reached.",
        ),
        ({"reply_due": "soon"}, "This must be a whole number."),
        ({"reply_due": ""}, "This must be a whole number."),
        ({"reply_due": "9" * 40}, "A period has at least one and at most 1,000 units."),
        ({"reply_extension": "61"}, "An extension lasts at most as long as the period it extends."),
        ({"k_anonymity": "2"}, "From 3 to 100 people: in a group of two, each knows the other."),
    ],
)
@pytest.mark.parametrize("press", [PREVIEW, PUBLISH])
def test_a_number_out_of_bounds_is_named_at_its_field_with_the_reason(
    admin: Browser, work: Work, numbers: dict[str, str], words: str, press: tuple[str, str]
) -> None:
    admin.open("/en/admin/policy")
    text = admin.send("threshold", status=422, press=press, **SAID, **numbers)
    (name,) = numbers
    assert words in text.partition(f'id="{name}-error"')[2].partition("</div>")[0]
    with work() as ctx:
        assert ctx.policy.version == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[reply]\ndew = 1", "reply.dew: This key is not known."),
        ("[data]\nk_anonymity = 1", "data.k_anonymity: From 3 to 100 people"),
        ("<script>", "This is not TOML:"),
        ('"<b>" = 1', "&lt;b&gt;: This key is not known."),
    ],
)
def test_a_text_that_cannot_be_taken_is_named_with_the_place(admin: Browser, text: str, words: str) -> None:
    admin.open("/en/admin/policy?as=text")
    answer = admin.http.post("/en/admin/policy?as=text", data=admin.form("office_en").values | {"text": text})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert "<b>" not in answer.get_data(as_text=True).partition("<main")[2].partition("</main>")[0].replace("<b>1", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"office_zh": "", "office_en": " "}, "Please name the office that publishes the rules."),
        ({"note_en": ""}, "Please say why the rules change."),
        ({"effective_from": "2026-11-03"}, "Rules hold from today or from a later day"),
        ({"effective_from": "soon"}, "Not a valid date value."),
    ],
)
def test_nothing_is_published_without_office_reason_and_day(
    admin: Browser, changes: dict[str, str], words: str
) -> None:
    admin.open("/en/admin/policy")
    assert words in admin.send("threshold", status=422, press=PUBLISH, **SAID | changes)


def test_rules_that_are_already_planned_are_told_to_whoever_prepares_others(admin: Browser, make: Make) -> None:
    make.policy(starts_in=5)
    assert "Version 1 comes into force on Mon 9 Nov 2026" in admin.open("/en/admin/policy")


def test_an_unknown_preset_is_not_found(admin: Browser) -> None:
    admin.open("/en/admin/policy?start=../../config", 404)


@pytest.mark.parametrize("who", ["officer", "outsider", "visitor"])
def test_only_an_administrator_prepares_rules(browser: Browser, make: Make, who: str) -> None:
    if who != "visitor":
        browser.sign_in(make.officer(make.agency()) if who == "officer" else make.person(moderator=True))
    assert browser.http.get("/en/admin/policy").status_code == (303 if who == "visitor" else 403)


# ---- programs -----------------------------------------------------------------------------------------------------


def test_programs_read_the_versions_and_the_schema_of_the_document(client: FlaskClient, make: Make) -> None:
    assert client.get("/api/v1/policies").json == {"items": [], "next": None}
    own = client.get("/api/v1/policies/0")
    assert own.json["document"] == Policy().to_json()
    assert (own.json["in_force"], own.json["published_at"]) == (True, None)
    make.policy(data={"k_anonymity": 7})
    (one,) = client.get("/api/v1/policies").json["items"]
    assert (one["version"], one["in_force"], one["published_by"]) == (1, True, {"en": "City Hall"})
    assert "person_id" not in one
    found = client.get("/api/v1/policies/1")
    assert found.json == one
    assert found.headers["Link"] == '<http://localhost/api/v1/policies/schema>; rel="describedby"'
    schema = client.get("/api/v1/policies/schema")
    assert schema.mimetype == "application/schema+json"
    threshold = schema.get_json(force=True)["$defs"]["Endorsement"]["properties"]["threshold"]
    assert (threshold["minimum"], threshold["maximum"]) == (20, 20_000)


def run(app: APIFlask, *arguments: str) -> tuple[int, str]:
    """Exit code and output of `flask policy ...`."""
    done = app.test_cli_runner().invoke(args=["policy", *arguments])
    return done.exit_code, done.output


def test_a_file_of_rules_is_checked_on_the_command_line(app: APIFlask, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(preset_text("county"), encoding="utf-8")
    code, printed = run(app, "check", str(file), "--lang", "en")
    assert (code, "A proposal is established with 250 endorsements." in printed) == (0, True)
    assert "附議達 250 人即成案。" in run(app, "check", str(file))[1]
    file.write_text("[endorsement]\nthreshold = 10\n[data]\nk_anonymity = 2\n", encoding="utf-8")
    code, printed = run(app, "check", str(file), "--lang", "en")
    assert code == 1
    assert [line.partition(":")[0] for line in printed.splitlines()] == ["endorsement.threshold", "data.k_anonymity"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\x00\x7fELF", "The file is not text in UTF-8."),
        (b"name = ", "This is not TOML"),
        (b"#" + b"x" * 5_000_000, "This text is too long."),
        (b"colour = 1", "colour: This key is not known."),
        (b"[reply]\ndue = 60", "reply.due: This must be a section with keys of its own."),
    ],
    ids=["binary", "broken", "five megabytes", "unknown key", "wrong type"],
)
def test_a_file_that_is_no_set_of_rules_is_refused_in_one_sentence(
    app: APIFlask, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(content)
    code, printed = run(app, "check", str(file), "--lang", "en")
    assert (code, words in printed, printed.count("\n")) == (1, True, 1)


def test_presets_are_listed_and_printed(app: APIFlask) -> None:
    assert run(app, "presets") == (0, "\n".join(PRESETS) + "\n")
    assert Policy.from_toml(run(app, "presets", "central")[1]).name == "central"
    assert run(app, "presets", "mars")[0] == 2


def test_rules_are_published_on_the_command_line(app: APIFlask, work: Work, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(to_toml(Policy.from_json({"data": {"k_anonymity": 9}})), encoding="utf-8")
    said = ["--office", "City Hall", "--note", "We have learnt.", "--lang", "en"]
    assert run(app, "publish", str(file), *said, "--from", "2026-11-06") == (0, "/policies/1: 2026-11-06\n")
    assert run(app, "publish", str(file), *said) == (0, "/policies/2: 2026-11-04\n")
    code, printed = run(app, "publish", str(file), *said, "--from", "2026-11-01")
    assert code == 1
    assert "Rules hold from today or from a later day" in printed
    with work() as ctx:
        assert (ctx.policy.version, ctx.policy.data.k_anonymity) == (2, 9)


def test_the_schema_takes_every_preset_and_refuses_an_unknown_key(client: FlaskClient) -> None:
    schema = json.loads(client.get("/api/v1/policies/schema").get_data())
    assert schema["additionalProperties"] is False
    assert set(Policy.from_toml(preset_text("county")).to_json()) == set(schema["properties"])
