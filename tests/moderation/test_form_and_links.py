"""Signals about form and links: what they see, and what they leave alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from moderation.form import flood, repeats, shouting
from moderation.links import is_false, links, suspicious_links
from moderation.signals import Signal, SignalKind

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def kinds(signals: list[Signal]) -> set[SignalKind]:
    return {signal.kind for signal in signals}


def shown(text: str, signal: Signal) -> list[str]:
    return [text[one.start : one.end] for one in signal.passages]


@pytest.mark.parametrize(
    ("text", "kind", "amount", "passage"),
    [
        ("不要不要啊啊啊啊啊啊啊啊啊啊", SignalKind.REPEATED_CHARACTERS, 10, "啊啊啊啊啊啊啊啊啊啊"),
        ("Nooooooooooo way", SignalKind.REPEATED_CHARACTERS, 11, "ooooooooooo"),
        ("反對 反對 反對 反對 反對", SignalKind.REPEATED_WORDS, 5, "反對 反對 反對 反對 反對"),
        ("buy now buy now buy now buy now buy now ok", SignalKind.REPEATED_WORDS, 5, "buy now " * 4 + "buy now"),
        ("買我的東西\n買我的東西\n好\n買我的東西", SignalKind.REPEATED_LINES, 3, "買我的東西"),
    ],
)
def test_what_is_repeated_is_seen_where_it_stands(text: str, kind: SignalKind, amount: int, passage: str) -> None:
    signal = next(one for one in repeats(text) if one.kind is kind)
    assert signal.amount == amount
    assert shown(text, signal)[0] == passage


@pytest.mark.parametrize(
    "text",
    [
        "哈哈哈哈哈",
        "很好很好，真的很好",
        "very very good",
        "-" * 60,
        "| a | b |\n|---|---|",
        "……………………",
        "天天向上，人人有責",
        "",
        "嗯",
    ],
)
def test_laughing_stressing_and_drawing_lines_are_no_repeats(text: str) -> None:
    assert repeats(text) == []


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("THIS IS NOT WHAT WE WANTED AT ALL", SignalKind.CAPITALS, 100),
        ("不要再蓋了！！！", SignalKind.EXCLAMATIONS, 3),
        ("why?!?!?!", SignalKind.EXCLAMATIONS, 3),
        ("停！ ！ ！ ！", SignalKind.EXCLAMATIONS, 4),
    ],
)
def test_shouting_is_seen_in_every_width(text: str, kind: SignalKind, amount: int) -> None:
    assert [(one.kind, one.amount) for one in shouting(text)] == [(kind, amount)]


@pytest.mark.parametrize(
    "text",
    ["NHI MRT COVID HSR EMU WHO TRA", "請問 MRT 幾點？謝謝！", "Good idea! Thank you!", "OK", "ATM 在 7-11 旁", "好！"],
)
def test_abbreviations_and_a_glad_word_are_no_shouting(text: str) -> None:
    assert shouting(text) == []


def test_more_posts_than_somebody_writes_by_hand_are_a_flood() -> None:
    signal = flood([NOW - timedelta(minutes=n) for n in (1, 2)], NOW)[0]
    assert (signal.kind, signal.amount, signal.figures) == (SignalKind.FLOOD, 3, {"minutes": 5})
    assert flood([NOW - timedelta(minutes=6 * n) for n in range(1, 9)], NOW)[0].figures["minutes"] == 60


def test_a_discussion_is_no_flood() -> None:
    assert flood([], NOW) == []
    assert flood([NOW - timedelta(minutes=n) for n in (6, 20, 40, 59)], NOW) == []


def test_links_are_found_with_their_names_and_places() -> None:
    text = "看 https://a.example/x，還有[這裡](https://b.example/y)和 www.c.example。"
    assert [(one.host, one.shown) for one in links(text)] == [
        ("a.example", ""),
        ("b.example", "這裡"),
        ("www.c.example", ""),
    ]
    assert shown(text, suspicious_links(text)[0])[0] == "https://a.example/x"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://bit.ly/3abc", SignalKind.SHORT_LINK),
        ("快看 https://reurl.cc/abc", SignalKind.SHORT_LINK),
        ("[https://taipei.gov.tw](https://evil.example/x)", SignalKind.HIDDEN_LINK),
        ("[www.post.example 掛號](https://evil.example/x)", SignalKind.HIDDEN_LINK),
        ("https://taipei.gov.tw.login.example/", SignalKind.FALSE_HOST),
        ("https://gov-tw.example/", SignalKind.FALSE_HOST),
        ("https://gоv.tw/", SignalKind.FALSE_HOST),
        ("https://xn--80ak6aa92e.com/", SignalKind.FALSE_HOST),
        ("http://192.0.2.7/login", SignalKind.FALSE_HOST),
        ("https://a.example https://b.example https://c.example", SignalKind.MANY_LINKS),
    ],
)
def test_a_link_that_leads_elsewhere_than_it_seems_is_seen(text: str, kind: SignalKind) -> None:
    assert kind in kinds(suspicious_links(text))


@pytest.mark.parametrize(
    "text",
    [
        "https://www.taipei.gov.tw/a https://law.moj.gov.tw/b https://ntu.edu.tw",
        "[news.example](https://www.news.example/a)",
        "[第 3.5 節](https://news.example/a)",
        "見 https://news.example/a",
        "預算是 1.5 億。平均 3.14。",
        "https://臺灣.台灣/",
        "https://café.example/",
        "https://govtrack.example/tw",
    ],
)
def test_public_bodies_and_plain_links_are_left_alone(text: str) -> None:
    assert suspicious_links(text) == []


def test_an_instance_trusts_its_own_host_and_knows_who_plays_it() -> None:
    assert suspicious_links("https://minyi.example/1 https://minyi.example/2", ["minyi.example"]) == []
    assert is_false("minyi-example.test", ["minyi.example"])
    assert is_false("www.m1ny1.example", ["minyi.example"])
    assert not is_false("minyi.test", ["minyi.example"])
