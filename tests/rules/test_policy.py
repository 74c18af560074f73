"""The document of rules: what it takes, what it refuses and where, and what it promises."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.bounds import BadDocument
from app.core.deadline import Unit
from app.core.policy import Policy
from app.core.policy_parts import Deed, Formula
from app.core.terms import Extension, Period, Promise
from app.policies.documents import PRESETS, preset_text, to_toml

PAUSE = {"name": {"en": "Election"}, "first_day": "2026-09-29", "last_day": "2026-11-28"}


def span(amount: int, unit: str = "day") -> dict[str, Any]:
    """A period of the document."""
    return {"amount": amount, "unit": unit}


def formula(**changes: Any) -> dict[str, Any]:
    """The figures of a threshold."""
    found = {"share": 0.0005, "residents": 600_000, "residents_on": "2026-01-01", "low": 150, "high": 1000}
    return found | changes


def faults(document: dict[str, Any]) -> dict[str, str]:
    """Place -> reason of everything that is wrong."""
    with pytest.raises(BadDocument) as refused:
        Policy.from_json(document)
    return {fault.place: fault.reason for fault in refused.value.faults}


def test_without_any_document_an_issue_is_answered_in_fourteen_working_days_and_a_map_needs_thirty_people() -> None:
    rules = Policy()
    assert rules.version == 0
    assert rules.terms(Promise.SUMMARY).period == Period(14, Unit.WORKING_DAY)
    assert rules.deliberation.min_people_for_map == 30


def test_the_rules_of_the_centre_are_promised_as_the_minutes_explain_them() -> None:
    rules = Policy.from_toml(preset_text("central"))
    reply = rules.terms(Promise.REPLY)
    assert (reply.period, reply.extension) == (Period(60, Unit.DAY), Extension(1, Period(60, Unit.DAY)))
    assert (reply.reminders, reply.escalations) == ((30, 14, 7, 3, 1), (1, 7, 14))
    assert rules.terms(Promise.SUMMARY).extension == Extension(1, Period(14, Unit.WORKING_DAY))
    periods = {promise: rules.terms(promise).period for promise in Promise}
    assert periods == {
        Promise.REPLY: Period(60, Unit.DAY),
        Promise.SUMMARY: Period(14, Unit.WORKING_DAY),
        Promise.PLAN: Period(7, Unit.DAY),
        Promise.CONTACT: Period(14, Unit.DAY),
        Promise.REVIEW: Period(3, Unit.WORKING_DAY),
        Promise.FOLLOW_UP: Period(6, Unit.MONTH),
        Promise.DATA_REQUEST: Period(15, Unit.DAY),
        Promise.SAFETY_REPORT: Period(4, Unit.HOUR),
        Promise.MINORS_REPORT: Period(1, Unit.HOUR),
        Promise.TRANSCRIPT: Period(10, Unit.WORKING_DAY),
    }


@pytest.mark.parametrize("promise", list(Promise))
def test_no_reminder_comes_before_the_promise_was_made(promise: Promise) -> None:
    terms = Policy().terms(promise)
    shortest = {Unit.DAY: 1, Unit.WORKING_DAY: 1, Unit.MONTH: 28, Unit.HOUR: 0}[terms.period.unit]
    assert all(days < terms.period.amount * shortest for days in terms.reminders)


def test_a_period_ends_as_the_calendar_section_says_unless_it_says_otherwise_itself() -> None:
    rules = Policy.from_json(
        {"calendar": {"roll": False}, "reply": {"due": span(60) | {"roll": True}, "plan_notice": span(7)}}
    )
    assert rules.terms(Promise.REPLY).period.roll is True
    assert rules.terms(Promise.PLAN).period.roll is False


def test_what_may_not_be_extended_has_no_extension() -> None:
    rules = Policy.from_json({"reply": {"extension": {"times": 0, "most": span(60)}}})
    assert rules.terms(Promise.REPLY).extension is None


BOUNDS = [
    ({"endorsement": {"threshold": 19}}, "endorsement.threshold"),
    ({"endorsement": {"threshold": 20_001}}, "endorsement.threshold"),
    ({"endorsement": {"window": span(13)}}, "endorsement.window.amount"),
    ({"endorsement": {"window": span(366)}}, "endorsement.window.amount"),
    ({"endorsement": {"window": span(100, "hour")}}, "endorsement.window.unit"),
    ({"endorsement": {"notices_percent": [33, 101]}}, "endorsement.notices_percent[2]"),
    ({"endorsement": {"notices_percent": [66, 33]}}, "endorsement.notices_percent"),
    ({"endorsement": {"near_miss_share": 1.1}}, "endorsement.near_miss_share"),
    ({"endorsement": {"threshold": 301, "formula": formula()}}, "endorsement.threshold"),
    ({"endorsement": {"threshold": 20, "formula": formula(low=19)}}, "endorsement.formula.low"),
    ({"endorsement": {"threshold": 150, "formula": formula(high=20_001)}}, "endorsement.formula.high"),
    ({"endorsement": {"threshold": 150, "formula": formula(high=149)}}, "endorsement.formula.high"),
    ({"endorsement": {"threshold": 150, "formula": formula(residents=0)}}, "endorsement.formula.residents"),
    ({"endorsement": {"threshold": 150, "formula": formula(share=0.2)}}, "endorsement.formula.share"),
    ({"reply": {"due": span(13), "extension": {"most": span(13)}}}, "reply.due.amount"),
    ({"reply": {"due": span(91), "extension": {"most": span(90)}}}, "reply.extension.most"),
    ({"reply": {"due": span(181), "extension": {"times": 0, "most": span(1)}}}, "reply.due.amount"),
    ({"reply": {"due": span(60), "extension": {"most": span(61)}}}, "reply.extension.most"),
    ({"reply": {"due": span(60), "extension": {"most": span(3, "month")}}}, "reply.extension.most"),
    ({"reply": {"extension": {"times": 3, "most": span(10)}}}, "reply.extension.times"),
    ({"reply": {"required": ["reason"]}}, "reply.required"),
    ({"reply": {"required": ["status_per_demand", "reason", "reason"]}}, "reply.required"),
    ({"reply": {"statuses": ["adopted"]}}, "reply.statuses"),
    ({"reply": {"statuses": ["adopted", "not_adopted", "perhaps"]}}, "reply.statuses[3]"),
    ({"reply": {"follow_up": span(13, "month")}}, "reply.follow_up.amount"),
    ({"reply": {"plan_notice": span(31)}}, "reply.plan_notice.amount"),
    ({"reply": {"contact_proposer": span(61)}}, "reply.contact_proposer.amount"),
    ({"reply": {"feedback": span(61)}}, "reply.feedback.amount"),
    ({"reply": {"survey_after": span(366)}}, "reply.survey_after.amount"),
    ({"consultation": {"draft_law_min": span(6)}}, "consultation.draft_law_min.amount"),
    ({"consultation": {"policy_min": span(366)}}, "consultation.policy_min.amount"),
    ({"consultation": {"summary_due": span(0)}}, "consultation.summary_due.amount"),
    ({"consultation": {"summary_due": span(186, "working_day")}}, "consultation.summary_due.amount"),
    ({"consultation": {"summary_due": span(13, "working_day")}}, "consultation.extension.most"),
    ({"proposal": {"review": span(23, "working_day")}}, "proposal.review.amount"),
    ({"proposal": {"max_demands": 0}}, "proposal.max_demands"),
    ({"proposal": {"max_agencies": 11}}, "proposal.max_agencies"),
    ({"proposal": {"competence_lock": span(31)}}, "proposal.competence_lock.amount"),
    ({"proposal": {"repeat_bar": span(25, "month")}}, "proposal.repeat_bar.amount"),
    ({"proposal": {"intake_cap": -1}}, "proposal.intake_cap"),
    ({"eligibility": {"accounts_per_phone": 7}}, "eligibility.accounts_per_phone"),
    ({"eligibility": {"propose": {"min_age": 21}}}, "eligibility.propose.min_age"),
    ({"deliberation": {"min_people_for_map": 4}}, "deliberation.min_people_for_map"),
    ({"deliberation": {"min_people_for_map": 1001}}, "deliberation.min_people_for_map"),
    ({"deliberation": {"consensus_bar": 0.49}}, "deliberation.consensus_bar"),
    ({"deliberation": {"consensus_bar": float("nan")}}, "deliberation.consensus_bar"),
    ({"clocks": {"reminders_before_due": [1, 3]}}, "clocks.reminders_before_due"),
    ({"clocks": {"reminders_before_due": [181]}}, "clocks.reminders_before_due[1]"),
    ({"clocks": {"escalate_after_due": []}}, "clocks.escalate_after_due"),
    ({"clocks": {"escalate_after_due": [7, 1]}}, "clocks.escalate_after_due"),
    ({"clocks": {"escalate_after_due": [1, 2, 3, 4]}}, "clocks.escalate_after_due"),
    ({"data": {"k_anonymity": 2}}, "data.k_anonymity"),
    ({"data": {"endorsers_kept": span(366)}}, "data.endorsers_kept.amount"),
    ({"data": {"request_due": span(91)}}, "data.request_due.amount"),
    ({"data": {"request_due": span(10)}}, "data.extension.most"),
    ({"safety": {"report_first_action": span(8)}}, "safety.report_first_action.amount"),
    ({"safety": {"minors_report": span(6, "hour")}}, "safety.minors_report.amount"),
    ({"safety": {"minors_report": span(1, "month")}}, "safety.minors_report.unit"),
    ({"meeting": {"transcript_edit": span(61)}}, "meeting.transcript_edit.amount"),
    ({"calendar": {"country": "XX"}}, "calendar.country"),
    ({"calendar": {"country": "tw"}}, "calendar.country"),
    ({"calendar": {"country": "TW", "subdivision": "NOWHERE"}}, "calendar.subdivision"),
    ({"calendar": {"country": "DE", "subdivision": "ZZ"}}, "calendar.subdivision"),
    ({"calendar": {"subdivision": "TPE"}}, "calendar.subdivision"),
    ({"calendar": {"office_opens": "12:00:00"}}, "calendar.office_opens"),
    ({"calendar": {"office_opens": "early"}}, "calendar.office_opens"),
    ({"pauses": [PAUSE | {"last_day": "2026-09-28"}]}, "pauses[1].last_day"),
    ({"pauses": [PAUSE | {"last_day": "2027-03-29"}]}, "pauses[1].last_day"),
    ({"pauses": [PAUSE | {"stops": []}]}, "pauses[1].stops"),
    ({"pauses": [PAUSE | {"stops": ["endorse", "reply"]}]}, "pauses[1].stops[2]"),
    ({"pauses": [PAUSE, PAUSE]}, "pauses"),
    ({"pauses": [PAUSE | {"name": {}}]}, "pauses[1].name"),
    ({"pauses": [PAUSE | {"name": {"en": "x" * 61}}]}, "pauses[1].name.en"),
    ({"pauses": [PAUSE | {"first_day": "29 September"}]}, "pauses[1].first_day"),
    ({"name": "Not a slug"}, "name"),
    ({"version": 3}, "version"),
    ({"reply": {"dew": span(60)}}, "reply.dew"),
    ({"reply": {"due": {"amount": 60}}}, "reply.due.unit"),
    ({"reply": {"due": {"amount": "60", "unit": "day"}}}, "reply.due.amount"),
    ({"reply": {"due": {"amount": 60.5, "unit": "day"}}}, "reply.due.amount"),
    ({"reply": {"due": {"amount": True, "unit": "day"}}}, "reply.due.amount"),
    ({"reply": {"due": 60}}, "reply.due"),
    ({"endorsement": {"withdraw": "no"}}, "endorsement.withdraw"),
    ({"endorsement": {"threshold": 10**30}}, "endorsement.threshold"),
]


@pytest.mark.parametrize(("document", "place"), BOUNDS, ids=[f"{place}-{n}" for n, (_, place) in enumerate(BOUNDS)])
def test_a_value_out_of_bounds_is_refused_with_its_place_and_the_reason(document: dict[str, Any], place: str) -> None:
    found = faults(document)
    assert set(found) == {place}
    assert found[place].endswith((".", "s", ")"))


@pytest.mark.parametrize(
    "document",
    [
        {"endorsement": {"threshold": 20}},
        {"endorsement": {"threshold": 20_000}},
        {"endorsement": {"window": span(14)}},
        {"endorsement": {"window": span(365)}},
        {"endorsement": {"threshold": 300, "formula": formula()}},
        {"reply": {"due": span(14), "extension": {"most": span(14)}}},
        {"reply": {"due": span(90), "extension": {"most": span(90)}}},
        {"reply": {"due": span(2, "month"), "extension": {"most": span(2, "month")}}},
        {"reply": {"due": span(180), "extension": {"times": 0, "most": span(180)}}},
        {"consultation": {"summary_due": span(180, "working_day")}},
        {"data": {"k_anonymity": 3}},
        {"safety": {"minors_report": span(5, "hour")}},
        {"calendar": {"country": "DE", "subdivision": "BE"}},
        {"calendar": {"country": "TW", "subdivision": "TPE"}},
    ],
)
def test_a_value_on_its_bound_is_taken(document: dict[str, Any]) -> None:
    assert Policy.from_json(Policy.from_json(document).to_json()) == Policy.from_json(document)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert set(faults({"endorsement": {"threshold": 1}, "data": {"k_anonymity": 1}, "x": 1})) == {
        "endorsement.threshold",
        "data.k_anonymity",
        "x",
    }


@pytest.mark.parametrize(
    "text", ["a =", "= 1", "\x00", "a = " + "[" * 5000, "a = " + "9" * 5000, "reply = 1\nreply = 2"]
)
def test_what_is_no_document_at_all_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadDocument):
        Policy.from_toml(text)


@given(st.text())
def test_no_text_does_harm(text: str) -> None:
    with suppress(BadDocument):
        Policy.from_toml(text)


@given(st.floats(0.00001, 0.1), st.integers(1, 10**8))
def test_a_threshold_by_formula_is_never_below_its_share_nor_outside_its_limits(share: float, residents: int) -> None:
    outcome = Formula.model_validate_json(
        f'{{"share": {share!r}, "residents": {residents}, "residents_on": "2026-01-01", "low": 150, "high": 1000}}'
    ).outcome
    assert 150 <= outcome <= 1000
    assert outcome == 1000 or outcome >= share * residents - 1e-6


@pytest.mark.parametrize(
    ("residents", "outcome"), [(100_000, 150), (300_000, 150), (300_001, 151), (600_000, 300), (2_100_000, 1000)]
)
def test_the_formula_rounds_up_and_keeps_its_limits(residents: int, outcome: int) -> None:
    figures = formula(residents=residents)
    rules = Policy.from_json({"endorsement": {"threshold": outcome, "formula": figures}})
    assert rules.endorsement.threshold == outcome


def test_a_pause_stops_what_it_names_on_its_first_and_last_day_and_not_the_day_after() -> None:
    rules = Policy.from_json({"pauses": [PAUSE | {"stops": ["endorse"]}]})
    assert rules.pause_on(date(2026, 9, 29), Deed.ENDORSE) is rules.pauses[0]
    assert rules.pause_on(date(2026, 11, 28), Deed.ENDORSE) is rules.pauses[0]
    assert rules.pause_on(date(2026, 11, 29), Deed.ENDORSE) is None
    assert rules.pause_on(date(2026, 10, 1), Deed.PROPOSE) is None


def test_rules_do_not_change_and_a_number_makes_no_other_rules_of_them() -> None:
    rules = Policy()
    with pytest.raises(ValueError, match="frozen"):
        rules.name = "other"  # type: ignore[misc]
    assert (rules.numbered(7).version, rules.version) == (7, 0)
    assert rules.numbered(7).to_json() == rules.to_json()


# ---- presets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_valid_names_every_rule_and_says_where_each_number_comes_from(name: str) -> None:
    text = preset_text(name)
    rules = Policy.from_toml(text)
    written = to_toml(rules).splitlines()
    keys = {line.partition(" = ")[0] for line in text.splitlines() if " = " in line and not line.startswith("#")}
    assert {line.partition(" = ")[0] for line in written if " = " in line} - {"formula"} <= keys
    lines = text.splitlines()
    bare = [
        line
        for above, line in pairwise(lines)
        if " = " in line and not line.startswith("#") and "  # " not in line and not above.startswith("# ")
        and line.partition(" = ")[0] not in {"name", "subdivision", "office_closes", "residents_on"}
    ]  # fmt: skip
    assert bare == []


@pytest.mark.parametrize(
    ("name", "threshold", "window", "review", "near", "k"),
    [
        ("central", 5000, 60, 3, 0.1, 5),
        ("special_municipality", 1500, 45, 5, 0.2, 5),
        ("county", 250, 60, 5, 0.3, 10),
        ("small_island", 50, 90, 5, 0.5, 10),
    ],
)
def test_the_presets_differ_by_size(name: str, threshold: int, window: int, review: int, near: float, k: int) -> None:
    rules = Policy.from_toml(preset_text(name))
    found = rules.endorsement
    assert (found.threshold, found.window.amount, found.near_miss_share) == (threshold, window, near)
    assert (rules.proposal.review.amount, rules.data.k_anonymity) == (review, k)


def test_a_policy_written_as_toml_reads_back_the_same() -> None:
    name = 'Quo"ted\\ \x7f 選舉'
    rules = Policy.from_json(
        {
            "pauses": [PAUSE | {"name": {"en": name, "zh-Hant-TW": "選舉"}}],
            "endorsement": {"threshold": 300, "formula": formula()},
            "reply": {"due": span(60) | {"roll": False}},
        }
    )
    assert Policy.from_toml(to_toml(rules)) == rules
    for preset in PRESETS:
        assert Policy.from_toml(to_toml(Policy.from_toml(preset_text(preset)))) == Policy.from_toml(preset_text(preset))
