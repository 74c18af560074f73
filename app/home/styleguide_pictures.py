"""Example pictures of the style guide: strips of days, landscapes and bars. Invented throughout."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from app.core.language import Said

Pick = Callable[[str, str], str]
"""(Chinese, English) -> the version for the reader."""

STARTED = date(2026, 11, 4)
SHAPES = ((205.0, 205.0, 100.0, 1), (430.0, 165.0, 84.0, 2), (370.0, 330.0, 66.0, 3))
"""Hills of the example landscape: centre x and y, radius, group."""


def days(worked: int, left: int = 0, late: int = 0, holiday: str = "") -> list[dict[str, Any]]:
    """A strip from the day after `STARTED`; weekends rest, and the third day too if `holiday` names it."""
    kinds = ["worked"] * worked + ["left"] * left + ["late"] * late
    due_at = worked + left - 1
    strip: list[dict[str, Any]] = []
    current = STARTED
    for position, kind in enumerate(kinds):
        current += timedelta(days=1)
        while current.weekday() >= 5 or (holiday and current == STARTED + timedelta(days=6)):
            strip.append(
                {
                    "day": current,
                    "kind": "rest",
                    "due": False,
                    "note": holiday if current.weekday() < 5 else "",
                }
            )
            current += timedelta(days=1)
        strip.append({"day": current, "kind": kind, "due": position == due_at})
    return strip


def cells(neutral: bool = False) -> list[dict[str, Any]]:
    """Hexagons over three hills, larger and deeper towards each top."""
    hexagons = []
    for row in range(6, 23):
        for column in range(1, 26):
            x, y = column * 22.5 + (row % 2) * 11.25, row * 19.5
            height, group = max((math.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / r**2)), g) for cx, cy, r, g in SHAPES)
            if height > 0.2:
                depth = min(4, 1 + int(height * 4))
                hexagons.append(
                    {
                        "x": x,
                        "y": y - 60,
                        "size": 6 + 7 * height,
                        "group": 0 if neutral else group,
                        "depth": depth,
                    }
                )
    return hexagons


def groups(pick: Pick) -> list[dict[str, Any]]:
    return [
        {
            "group": 1,
            "name": pick("白天通勤者", "Daytime riders"),
            "share": 0.41,
            "n": 526,
            "x": 205,
            "y": 38,
            "holds": [
                {"said": pick("白天班次不能減", "No daytime bus is cut"), "side": 1},
                {"said": pick("凌晨兩點前每小時一班", "A bus every hour until 2 a.m."), "side": -1},
            ],
        },
        {
            "group": 2,
            "name": pick("晚班工作者", "Late-shift workers"),
            "share": 0.33,
            "n": 424,
            "x": 452,
            "y": 24,
            "holds": [{"said": pick("凌晨兩點前每小時一班", "A bus every hour until 2 a.m."), "side": 1}],
        },
        {
            "group": 3,
            "name": pick("先顧預算", "Budget first"),
            "share": 0.17,
            "n": 215,
            "about": True,
            "x": 370,
            "y": 376,
        },
    ]


def statements(pick: Pick) -> list[dict[str, Any]]:
    names = [group["name"] for group in groups(pick)]

    def rows(*answers: tuple[float, float, int]) -> list[dict[str, Any]]:
        return [
            {"group": number, "name": name, "agree": agree, "disagree": disagree, "n": n}
            for number, (name, (agree, disagree, n)) in enumerate(zip(names, answers, strict=True), start=1)
        ]

    return [
        {
            "text": pick("末班車應等最後一班列車到站再開。", "The last bus should leave after the last train arrives."),
            "rows": rows((0.88, 0.05, 498), (0.94, 0.02, 411), (0.79, 0.09, 203)),
            "note": "",
        },
        {
            "text": pick(
                "凌晨兩點前每小時一班，比尖峰時段多一班更重要。",
                "A bus every hour until 2 a.m. is worth more than one extra bus at rush hour.",
            ),
            "rows": rows((0.31, 0.52, 502), (0.87, 0.06, 420), (0.0, 1.0, 1)),
            "note": pick("晚班工作者支持，其他人多半反對。", "Late-shift workers agree, most others do not."),
        },
    ]


def found_things(pick: Pick) -> list[dict[str, Any]]:
    """Something found by its title in an open topic, and something found by its text."""
    lang, topic = (
        pick("zh-Hant-TW", "en"),
        Said(pick("夜間公車該怎麼排？", "How should night buses run?"), pick("zh-Hant-TW", "en")),
    )
    told = {"href": "#result", "agencies": pick("交通局", "Transport Department"), "day": date(2026, 11, 20)}

    def marked(before: str, hit: str, after: str) -> dict[str, Any]:
        pieces = [{"text": before, "hit": False}, {"text": hit, "hit": True}, {"text": after, "hit": False}]
        return {"pieces": pieces, "text": before + hit + after, "lang": lang}

    statement = marked(
        pick("末班", "The last "), pick("公車", "bus"), pick("等最後一班列車。", " waits for the last train.")
    )
    title = marked(pick("夜間", "How should night "), pick("公車", "buses"), pick("該怎麼排？", " run?"))
    text = marked(pick("…四條", "…four "), pick("公車", "bus"), pick("路線延到半夜一點…", " routes run until one…"))
    of_topic = {
        "kind_words": pick("意見", "Statement"),
        "topic": topic,
        "status": pick("現在可以參與", "Open to you now"),
    }
    reply = {"kind_words": pick("政府回應", "Reply of the government"), "topic": None, "status": ""}
    return [told | of_topic | {"title": statement, "text": None}, told | reply | {"title": title, "text": text}]
