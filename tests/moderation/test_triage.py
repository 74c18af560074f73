"""Triage: the gravest rule decides, every outcome has its reasons, and no rule can refuse an opinion."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from moderation.learning import Learner
from moderation.lookalikes import LookAlikes
from moderation.seeing import all_signals, text_signals
from moderation.signals import Signal, SignalKind
from moderation.triage import Post, compare, triage
from moderation.triage_rules import Author, BadRules, Outcome, default_rules, rules_from_toml

NOW = datetime(2026, 11, 25, tzinfo=UTC)
REGULAR = Author(kept=20, days=400)
NEWCOMER = Author()


def outcome(text: str, author: Author = REGULAR) -> Outcome:
    return triage(text_signals(text), author, default_rules()).outcome


@pytest.mark.parametrize(
    ("text", "author", "expected"),
    [
        ("火車站前應該增設遮陽棚", NEWCOMER, Outcome.PUBLISH),
        ("The mayor has failed us, and I will vote against her.", NEWCOMER, Outcome.PUBLISH),
        ("這個政策爛透了，局長應該下臺", NEWCOMER, Outcome.PUBLISH),
        ("https://a.example https://b.example https://c.example", REGULAR, Outcome.PUBLISH_AND_WATCH),
        ("https://a.example https://b.example https://c.example", NEWCOMER, Outcome.HOLD),
        (" ".join(f"https://{n}.a.example" for n in range(12)), REGULAR, Outcome.REFUSE_WITH_HELP),
        ("你這個賤人", REGULAR, Outcome.PUBLISH_AND_WATCH),
        ("你這個賤人", NEWCOMER, Outcome.HOLD),
        ("我要打死你", REGULAR, Outcome.HOLD),
        ("how old are you? send me a pic, don't tell your parents", REGULAR, Outcome.HOLD),
        ("啊" * 200, REGULAR, Outcome.REFUSE_WITH_HELP),
        ("火車站前應該增設遮陽棚", Author(kept=2, hidden=5, days=30), Outcome.HOLD),
    ],
)
def test_the_rules_that_come_with_the_platform(text: str, author: Author, expected: Outcome) -> None:
    assert outcome(text, author) is expected


def test_every_outcome_names_its_rule_and_what_the_rule_saw() -> None:
    verdict = triage(text_signals("你這個白痴，我要打死你"), REGULAR, default_rules())
    assert [(one.rule, one.outcome) for one in verdict.reasons] == [
        ("threats_and_slurs", Outcome.HOLD),
        ("abuse", Outcome.PUBLISH_AND_WATCH),
    ]
    assert [one.kind for one in verdict.reasons[0].signals] == [SignalKind.THREAT]
    assert verdict.urgency == 0.9


@pytest.mark.parametrize("kind", [one for one in SignalKind if one.value in "profanity insult slur threat near_text"])
def test_no_rule_can_refuse_a_post_for_what_it_says(kind: SignalKind) -> None:
    with pytest.raises(BadRules, match=r"rule\[1\]"):
        rules_from_toml(f'[[rule]]\nname = "no"\noutcome = "refuse_with_help"\nseen = [{{ kinds = ["{kind}"] }}]')


def test_what_was_learnt_cannot_even_hold_a_post_nor_can_a_mixed_list_of_kinds() -> None:
    for kinds in ('["learnt"]', '["flood", "learnt"]'):
        with pytest.raises(BadRules):
            rules_from_toml(f'[[rule]]\nname = "no"\noutcome = "hold"\nseen = [{{ kinds = {kinds} }}]')


def test_nobody_is_refused_for_who_they_are() -> None:
    with pytest.raises(BadRules):
        rules_from_toml('[[rule]]\nname = "no"\noutcome = "refuse_with_help"\nauthor = { hidden_at_least = 3 }')


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[rule]]\nname = "x"\noutcome = "hold"\nauthor = { days_at_most = 99999 }', "rule[1].author.days_at_most"),
        ('[[rule]]\nname = "ok"\noutcome = "burn"\nauthor = { days_at_most = 9 }', "rule[1].outcome"),
        ('[[rule]]\nname = "ok"\noutcome = "hold"\nwhen = 1', "rule[1].when"),
        ('[[rule]]\nname = "ok"\noutcome = "hold"', "rule[1]"),
        ("colour = 1", "colour"),
        ("[[rule", ""),
    ],
)
def test_rules_that_cannot_be_taken_are_refused_with_the_place(text: str, place: str) -> None:
    with pytest.raises(BadRules) as refused:
        rules_from_toml(text)
    assert place in [one for one, _ in refused.value.faults]


def test_two_rules_cannot_have_one_name() -> None:
    rule = '[[rule]]\nname = "twice"\noutcome = "hold"\nauthor = { days_at_most = 1 }\n'
    with pytest.raises(BadRules, match="same name"):
        rules_from_toml(rule * 2)


def test_new_rules_are_tried_on_earlier_posts_before_they_hold() -> None:
    strict = rules_from_toml('[[rule]]\nname = "first"\noutcome = "hold"\nauthor = { posts_at_most = 0 }')
    loose = rules_from_toml("")
    posts = [Post(1, (), NEWCOMER), Post(2, (), REGULAR)]
    (change,) = compare(loose, strict, posts)
    assert (change.key, change.before.outcome, change.after.outcome) == (1, Outcome.PUBLISH, Outcome.HOLD)
    assert change.after.reasons[0].rule == "first"
    assert list(compare(strict, strict, posts)) == []


def test_all_of_a_rules_conditions_are_needed() -> None:
    rules = rules_from_toml(
        '[[rule]]\nname = "both"\noutcome = "hold"\n'
        'seen = [{ kinds = ["flood"], least = 3 }, { kinds = ["short_link"] }]'
    )
    flood, link = Signal(SignalKind.FLOOD, 3, 0.5), Signal(SignalKind.SHORT_LINK, 1, 0.4)
    assert triage([flood], NEWCOMER, rules).outcome is Outcome.PUBLISH
    assert triage([flood, link], NEWCOMER, rules).outcome is Outcome.HOLD


def test_one_post_is_seen_through_in_a_moment() -> None:
    index = LookAlikes()
    index.add(1, "火車站前應該增設遮陽棚", "bo")
    signals = all_signals("火車站前應該增設遮陽棚", "me", NOW, [NOW, NOW], earlier=index, learner=Learner())
    assert {one.kind for one in signals} == {SignalKind.FLOOD, SignalKind.SAME_TEXT}


@pytest.mark.parametrize(
    "piece",
    ["!", "！ ", "a ", "a.", "[", "[a](", "https://", "www.a.", "幹 ", "幹*", "f*", "*",
     "「", '"', "'", "A", "ab", "加我",
     "國中妹", "add me ", "1@", "\u0430", "\n", "好\n", "a.b.", "how old are you ", "send me ", "傳我", "單獨", "a-a-"],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def took(length: int) -> float:
        text = (piece * length)[:length]
        begun = time.process_time()
        text_signals(text)
        return time.process_time() - begun

    took(100)
    short = min(took(12_500) for _ in range(2))
    assert took(50_000) < max(1.0, 10 * short)
