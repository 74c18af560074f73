"""Example data of the style guide: every component in every state, in the reader's language. Invented throughout."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length

from app.core.language import Said

Pick = Callable[[str, str], str]
"""(Chinese, English) -> the version for the reader."""

STARTED = date(2026, 11, 4)
SHAPES = ((205.0, 205.0, 100.0, 1), (430.0, 165.0, 84.0, 2), (370.0, 330.0, 66.0, 3))
"""Hills of the example landscape: centre x and y, radius, group."""


def _days(worked: int, left: int = 0, late: int = 0, holiday: str = "") -> list[dict[str, Any]]:
    """A strip from the day after `STARTED`; weekends rest, and the third day too if `holiday` names it."""
    kinds = ["worked"] * worked + ["left"] * left + ["late"] * late
    due_at = worked + left - 1
    strip: list[dict[str, Any]] = []
    current = STARTED
    for position, kind in enumerate(kinds):
        current += timedelta(days=1)
        while current.weekday() >= 5 or (holiday and current == STARTED + timedelta(days=6)):
            strip.append({"day": current, "kind": "rest", "due": False, "note": holiday if current.weekday() < 5 else ""})
            current += timedelta(days=1)
        strip.append({"day": current, "kind": kind, "due": position == due_at})
    return strip


def _cells(neutral: bool = False) -> list[dict[str, Any]]:
    """Hexagons over three hills, larger and deeper towards each top."""
    cells = []
    for row in range(6, 23):
        for column in range(1, 26):
            x, y = column * 22.5 + (row % 2) * 11.25, row * 19.5
            height, group = max((math.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / r**2)), g) for cx, cy, r, g in SHAPES)
            if height > 0.2:
                depth = min(4, 1 + int(height * 4))
                cells.append({"x": x, "y": y - 60, "size": 6 + 7 * height, "group": 0 if neutral else group, "depth": depth})
    return cells


class ExampleForm(Form):
    """One field of each kind."""

    title = StringField(validators=[InputRequired(), Length(max=80)])
    email = EmailField(validators=[InputRequired(), Email()])
    text = TextAreaField(validators=[Length(max=280)])
    agency = SelectField()
    stance = RadioField(validators=[InputRequired()])
    file = FileField()
    agree = BooleanField(validators=[InputRequired()])


def _form(pick: Pick, filled: MultiDict[str, str] | None) -> ExampleForm:
    form = ExampleForm(filled)
    form.title.label.text = pick("標題", "Title")
    form.title.description = pick("一句話說清楚要決定什麼，80 字以內。", "Say in one sentence what is to be decided, at most 80 characters.")
    form.email.label.text = pick("電子郵件", "E-mail address")
    form.text.label.text = pick("你的意見", "Your opinion")
    form.agency.label.text = pick("機關", "Agency")
    form.agency.choices = [("t", pick("交通局", "Transport Department")), ("p", pick("警察局", "Police Department"))]
    form.stance.label.text = pick("你的立場", "Your stance")
    form.stance.choices = [("for", pick("支持", "For")), ("against", pick("反對", "Against")), ("neutral", pick("中立", "Neutral"))]
    form.file.label.text = pick("附件", "Attachment")
    form.file.description = pick("PDF、ODT 或圖片，最大 10 MB。", "PDF, ODT or an image, at most 10 MB.")
    form.agree.label.text = pick("我讀過這裡的規則", "I have read the house rules")
    if filled is not None:
        form.validate()
        form.title.errors = [pick("請填寫標題。", "Enter a title.")]
        form.email.errors = [pick("電子郵件要像 name@example.org 這樣。", "An e-mail address looks like name@example.org.")]
        form.stance.errors = [pick("請選一個立場。", "Choose a stance.")]
        form.agree.errors = [pick("請先讀過規則並勾選。", "Read the rules and tick the box.")]
    return form


def _groups(pick: Pick) -> list[dict[str, Any]]:
    return [
        {"group": 1, "name": pick("白天通勤者", "Daytime riders"), "share": 0.41, "n": 526, "x": 205, "y": 38},
        {"group": 2, "name": pick("晚班工作者", "Late-shift workers"), "share": 0.33, "n": 424, "x": 452, "y": 24},
        {"group": 3, "name": pick("先顧預算", "Budget first"), "share": 0.17, "n": 218, "x": 370, "y": 352},
    ]


def _statements(pick: Pick) -> list[dict[str, Any]]:
    names = [group["name"] for group in _groups(pick)]

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
            "text": pick("凌晨兩點前每小時一班，比尖峰時段多一班更重要。", "A bus every hour until 2 a.m. is worth more than one extra bus at rush hour."),
            "rows": rows((0.31, 0.52, 502), (0.87, 0.06, 420), (0.0, 1.0, 1)),
            "note": pick("晚班工作者支持，其他人多半反對。", "Late-shift workers agree, most others do not."),
        },
    ]


def _comments(pick: Pick) -> list[dict[str, Any]]:
    posted = datetime(2026, 11, 8, 13, 20, tzinfo=UTC)
    lang = pick("zh-Hant-TW", "en")
    shown = {"lang": lang, "posted_at": posted, "state": "shown", "replies": []}
    officer = shown | {
        "id": 2, "author": pick("林專員", "Officer Lin"), "badge": pick("交通局", "Transport Department"),
        "body": pick("謝謝。站位照明的盤點本月底公布，屆時會在這裡附上連結。", "Thank you. The survey of lighting at stops is published at the end of this month; the link will be posted here."),
    }
    foreign = shown | {
        "id": 3, "author": "Nguyễn Thị Mai", "lang": "vi", "stance": "neutral",
        "body": "Tôi tan ca lúc một giờ sáng và phải đi bộ bốn mươi phút về nhà.",
    }
    first = shown | {
        "id": 1, "author": pick("陳怡君", "Chen Yi-chun"), "stance": "for", "edited_at": posted, "permalink": "#comment-1",
        "body": Markup("<p>{}</p><ul><li>{}</li><li>{}</li></ul>").format(
            pick("我在醫院上小夜班，下班時最後一班車已經開走：", "I work evenings at the hospital and the last bus has gone when I leave:"),
            pick("計程車一趟 320 元", "a taxi is NT$320"), pick("走路要五十分鐘", "walking takes fifty minutes")),
        "replies": [officer, foreign],
    }
    hidden = shown | {"id": 4, "author": "", "body": "", "state": "hidden", "reason": pick("含有他人的電話號碼", "it contained another person's telephone number")}
    deleted = shown | {"id": 5, "author": "", "body": "", "state": "deleted", "replies": [
        shown | {"id": 6, "author": pick("王大明", "Wang Ta-ming"), "stance": "against", "body": pick("預算要從哪裡來？", "Where does the money come from?")}]}
    return [first, hidden, deleted]


def examples(locale: str) -> dict[str, Any]:
    """What `home/styleguide.html` needs, for a reader of `locale`."""

    def pick(chinese: str, english: str) -> str:
        return english if locale == "en" else chinese

    return {
        "t": pick,
        "running": _days(11, left=3, holiday=pick("補假", "substitute holiday")),
        "overdue": _days(14, late=4),
        "answered": _days(12, left=2),
        "groups": _groups(pick),
        "cells": _cells(),
        "neutral_cells": _cells(neutral=True),
        "statements": _statements(pick),
        "comments": _comments(pick),
        "form": _form(pick, None),
        "wrong_form": _form(pick, MultiDict({"email": "name@", "agency": "t"})),
        "foreign": Said("夜間公車該怎麼排？", "zh-Hant-TW") if locale == "en" else Said("How should night buses run?", "en"),
        "long_title": pick(
            "關於本市夜間公車路線調整、末班車配合鐵路到站時間延後發車、夜間站位照明與緊急求助設備改善以及偏遠地區預約公車試辦計畫之意見徵詢",
            "Consultation on changes to night bus routes, on holding the last buses for late trains, on lighting and help points at stops, and on a trial of buses on demand in outlying districts",
        ),
        "events": [
            {"when": date(2026, 11, 20), "text": pick("局長核定並公布回應", "The director approved and published the reply"), "kind": "done", "href": "#timeline"},
            {"when": datetime(2026, 11, 12, 6, 5, tzinfo=UTC), "text": pick("警察局提供夜間報案統計", "The Police Department supplied figures of calls at night"), "detail": pick("附件一份", "One attachment")},
            {"when": date(2026, 11, 4), "text": pick("徵詢截止，案件成立", "The consultation closed and the case opened")},
        ],
        "parts": [
            {"kind": "same", "text": pick("四條幹線末班車", "The last buses of four lines leave ")},
            {"kind": "del", "text": pick("於 23:30 發車", "at 23:30")},
            {"kind": "ins", "text": pick("配合 23:52 到站列車延後發車", "after the train of 23:52 has arrived")},
            {"kind": "same", "text": pick("。", ".")},
        ],
        "files": [
            {"name": pick("夜間班次調整草案", "Draft of the night timetable"), "href": "#files", "size": 812_400, "type": "PDF"},
            {"name": pick("各站夜間上下車人次（2025 年）", "Passengers at each stop by night, 2025"), "href": "#files", "size": 3_412_000, "type": "ODS"},
        ],
        "prose": Markup(
            "<h2>{}</h2><p>{}</p><ul><li>{}</li><li>{}</li></ul><blockquote><p>{}</p></blockquote>"
        ).format(
            pick("為什麼現在要決定", "Why this is decided now"),
            pick("晚上十一點以後，市區 4 條幹線共有 2,140 人次等不到車。", "After 11 p.m. some 2,140 journeys a night on four lines find no bus."),
            pick("已經決定的：總預算不變", "Already decided: the budget stays as it is"),
            pick("還能改的：路線、班距、站位", "Still open: lines, intervals and stops"),
            pick("「下班不該比上班還難。」", "“Going home should not be harder than going to work.”"),
        ),
    }
