"""Example data of the style guide: every component in every state, in the reader's language. All invented."""

from __future__ import annotations

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

from app.board.drawing import Drawing, draw
from app.board.rules import Waited, figures
from app.core.language import Said
from app.home.styleguide_pictures import Pick, cells, days, found_things, groups, statements


class ExampleForm(Form):
    """One field of each kind."""

    title = StringField(validators=[InputRequired(), Length(max=80)])
    email = EmailField(validators=[InputRequired(), Email()])
    text = TextAreaField(validators=[Length(max=280)])
    agency = SelectField()
    stance = RadioField(validators=[InputRequired()])
    file = FileField()
    agree = BooleanField(validators=[InputRequired()])


def _waits() -> Drawing:
    """Thirty cases, of which every fifth still waits."""
    start, day = date(2026, 1, 5), date(2026, 11, 24)
    waits = [7 + 11 * number % 30 + (number % 7) ** 2 for number in range(30)]
    ended = [
        Waited(day - timedelta(days=wait), start)
        if number % 5 == 0
        else Waited(start, start, start + timedelta(days=wait))
        for number, wait in enumerate(waits)
    ]
    return draw(figures(ended, day))


def _form(pick: Pick, filled: MultiDict[str, str] | None) -> ExampleForm:
    form = ExampleForm(filled, prefix="wrong" if filled else "")
    form.title.label.text = pick("標題", "Title")
    form.title.description = pick(
        "一句話說清楚要決定什麼，80 字以內。",
        "Say in one sentence what is to be decided, at most 80 characters.",
    )
    form.email.label.text = pick("電子郵件", "E-mail address")
    form.text.label.text = pick("你的意見", "Your opinion")
    form.agency.label.text = pick("機關", "Agency")
    form.agency.choices = [
        ("t", pick("交通局", "Transport Department")),
        ("p", pick("警察局", "Police Department")),
    ]
    form.stance.label.text = pick("你的立場", "Your stance")
    form.stance.choices = [
        ("for", pick("支持", "For")),
        ("against", pick("反對", "Against")),
        ("neutral", pick("中立", "Neutral")),
    ]
    form.file.label.text = pick("附件", "Attachment")
    form.file.description = pick("PDF、ODT 或圖片，最大 10 MB。", "PDF, ODT or an image, at most 10 MB.")
    form.agree.label.text = pick("我讀過這裡的規則", "I have read the house rules")
    if filled:
        form.title.errors = [pick("請填寫標題。", "Enter a title.")]
        form.email.errors = [
            pick("電子郵件要像 name@example.org 這樣。", "An e-mail address looks like name@example.org.")
        ]
        form.stance.errors = [pick("請選一個立場。", "Choose a stance.")]
        form.agree.errors = [pick("請先讀過規則並勾選。", "Read the rules and tick the box.")]
    return form


POSTED = datetime(2026, 11, 8, 13, 20, tzinfo=UTC)


def _shown(number: int, author: str, body: str, lang: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "author": author,
        "body": body,
        "lang": lang,
        "posted_at": POSTED,
        "state": "shown",
        "replies": [],
    } | more


def _first_comment(pick: Pick, lang: str) -> dict[str, Any]:
    body = Markup("<p>{}</p><ul><li>{}</li><li>{}</li></ul>").format(
        pick(
            "我在醫院上小夜班，下班時最後一班車已經開走：",
            "I work evenings at the hospital and the last bus has gone when I leave:",
        ),
        pick("計程車一趟 320 元", "a taxi is NT$320"),
        pick("走路要五十分鐘", "walking takes fifty minutes"),
    )
    promised = pick(
        "謝謝。站位照明的盤點本月底公布，屆時會在這裡附上連結。",
        "Thank you. The survey of lighting at stops comes out at the end of this month; the link follows here.",
    )
    agency = pick("交通局", "Transport Department")
    walking = "Tôi tan ca lúc một giờ sáng và phải đi bộ bốn mươi phút về nhà."
    replies = [
        _shown(2, pick("林專員", "Officer Lin"), promised, lang, badge=agency),
        _shown(3, "Nguyễn Thị Mai", walking, "vi", stance="neutral"),
    ]
    author = pick("陳怡君", "Chen Yi-chun")
    own = {"stance": "for", "edited_at": POSTED, "permalink": "#comment-1"}
    own |= {"marked": 64, "convincing": 51, "across_href": "#comment"}
    return _shown(1, author, body, lang, replies=replies, **own)


def _comments(pick: Pick) -> list[dict[str, Any]]:
    lang = pick("zh-Hant-TW", "en")
    reason = pick("含有他人的電話號碼", "it contained another person's telephone number")
    budget = pick("預算要從哪裡來？", "Where does the money come from?")
    reply = _shown(6, pick("王大明", "Wang Ta-ming"), budget, lang, stance="against")
    return [
        _first_comment(pick, lang),
        _shown(4, "", "", lang, state="hidden", reason=reason),
        _shown(5, "", "", lang, state="deleted", replies=[reply]),
    ]


def _events(pick: Pick) -> list[dict[str, Any]]:
    approved = pick("局長核定並公布回應", "The director approved and published the reply")
    figures = pick("警察局提供夜間報案統計", "The Police Department supplied figures of calls at night")
    return [
        {"when": date(2026, 11, 20), "text": approved, "kind": "done", "href": "#timeline"},
        {
            "when": datetime(2026, 11, 12, 6, 5, tzinfo=UTC),
            "text": figures,
            "detail": pick("附件一份", "One attachment"),
        },
        {
            "when": date(2026, 11, 4),
            "text": pick("徵詢截止，案件成立", "The consultation closed and the case opened"),
        },
    ]


def _parts(pick: Pick) -> list[dict[str, str]]:
    return [
        {"kind": "same", "text": pick("四條幹線末班車", "The last buses of four lines leave ")},
        {"kind": "del", "text": pick("於 23:30 發車", "at 23:30")},
        {"kind": "ins", "text": pick("配合 23:52 到站列車延後發車", "after the train of 23:52 has arrived")},
        {"kind": "same", "text": pick("。", ".")},
    ]


def _files(pick: Pick) -> list[dict[str, Any]]:
    draft = pick("夜間班次調整草案", "Draft of the night timetable")
    counts = pick("各站夜間上下車人次（2025 年）", "Passengers at each stop by night, 2025")
    return [
        {"name": draft, "href": "#files", "size": 812_400, "type": "PDF"},
        {"name": counts, "href": "#files", "size": 3_412_000, "type": "ODS"},
    ]


def _prose(pick: Pick) -> Markup:
    return Markup("<h2>{}</h2><p>{}</p><ul><li>{}</li><li>{}</li></ul><blockquote><p>{}</p></blockquote>").format(
        pick("為什麼現在要決定", "Why this is decided now"),
        pick(
            "晚上十一點以後，市區 4 條幹線共有 2,140 人次等不到車。",
            "After 11 p.m. some 2,140 journeys a night on four lines find no bus.",
        ),
        pick("已經決定的：總預算不變", "Already decided: the budget stays as it is"),
        pick("還能改的：路線、班距、站位", "Still open: lines, intervals and stops"),
        pick("「下班不該比上班還難。」", "“Going home should not be harder than going to work.”"),
    )


def _long_title(pick: Pick) -> str:
    return pick(
        "關於本市夜間公車路線調整、末班車配合鐵路到站時間延後發車、夜間站位照明與緊急求助設備改善"
        "以及偏遠地區預約公車試辦計畫之意見徵詢",
        "Consultation on changes to night bus routes, on holding the last buses for late trains, on lighting "
        "and help points at stops, and on a trial of buses on demand in outlying districts",
    )


def examples(locale: str) -> dict[str, Any]:
    """What `home/styleguide.html` needs, for a reader of `locale`."""

    def pick(chinese: str, english: str) -> str:
        return english if locale == "en" else chinese

    other = Said("夜間公車該怎麼排？", "zh-Hant-TW"), Said("How should night buses run?", "en")
    return {
        "t": pick,
        "waits": _waits(),
        "running": days(11, left=3, holiday=pick("補假", "substitute holiday")),
        "overdue": days(14, late=4),
        "answered": days(12, left=2),
        "groups": groups(pick),
        "cells": cells(),
        "neutral_cells": cells(neutral=True),
        "statements": statements(pick),
        "comments": _comments(pick),
        "form": _form(pick, None),
        "wrong_form": _form(pick, MultiDict({"wrong-email": "name@", "wrong-agency": "t"})),
        "foreign": other[0] if locale == "en" else other[1],
        "long_title": _long_title(pick),
        "events": _events(pick),
        "parts": _parts(pick),
        "files": _files(pick),
        "prose": _prose(pick),
        "found_things": found_things(pick),
    }
