"""Addresses in Chinese, down to the house number: without it a street is a place, not somebody's door.

Form: 郵遞區號, 縣市, 鄉鎮市區, 村里, 鄰, 路街, 段, 巷, 弄, 號, 樓, 室 (內政部, 門牌編釘). Read backwards from
號: the house number is found first, then the street or the hamlet that ends there, then where its name begins. An
address of an agency or a meeting is public: the words beside it tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.context import is_official
from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_HAN = "[㐀-鿿]"
_NUMBER = r"(?:\d(?: ?\d){0,4}|[〇零一二三四五六七八九十百]{1,6})"
_PART = rf"(?: ?(?:之|-) ?{_NUMBER})?"
_REACH = 60
_HOUSE = re.compile(
    rf"(?<!\d)(?<!第)(?<!第 ){_NUMBER}{_PART} ?[號号](?: ?之 ?{_NUMBER})?"
    rf"(?:[ ,，]{{0,2}}(?:地下 ?)?{_NUMBER} ?(?:樓|[Ff](?![A-Za-z])){_PART})?"
    rf"(?:[ ,，]{{0,2}}[A-Za-z]?-?{_NUMBER} ?[室房](?!間))?"
)
_NO_HOUSE = re.compile(
    r" ?(?:公車|公園|出口|入口|線|道路|機組|碼頭|航廈|登機|月台|月臺|橋|提案|議案|案|井|函|令|公告|判決|解釋"
    r"|停車場|候選人|颱風|球衣|高速公路|國道|生|作業|法案|隧道|水門|抽水站|閘門|高地|農地|攤|窗口|櫃|字|教室|投開票|電池|字型|鋼筋)"
)
_STREET = re.compile(
    rf"(?:大道|[路街]) ?(?:{_NUMBER} ?段 ?)?(?:(?:{_NUMBER}|{_HAN}{{1,3}}) ?巷 ?)?(?:{_NUMBER}{_PART} ?弄 ?)?"
    r"(?:臨|附)?[ ,，]?\Z"
)
_LANE = re.compile(rf"(?<!\d){_NUMBER} ?巷 ?(?:{_NUMBER} ?弄 ?)?[ ,，]?\Z")
_CITY = re.compile(
    r"(?:\d{3}(?:-?\d{2,3})? ?)?"
    r"(?:[臺台][北中南東]|新北|桃園|高雄|基隆|新竹|嘉義|苗栗|彰化|南投|雲林|屏東|宜蘭|花蓮|澎湖|金門|連江|馬祖)[市縣]?"
)
_HAMLET = re.compile(rf"[鄉鎮市區] ?{_HAN}{{1,3}}[村里鄰]|[村里] ?{_NUMBER} ?鄰|[市縣]{_HAN}{{1,3}}[鄉鎮市區]")
_NAME = re.compile(rf"(?:{_HAN}|[\d ]){{1,14}}\Z")
_LEAD_IN = re.compile(r"[在住到址於至給是叫的家](?=.{2})")
"""What a sentence puts before a name of two characters or more."""


def chinese_addresses(folded: Folded) -> Iterator[Span]:
    """Where somebody lives, in Chinese."""
    text = folded.text
    done = 0
    for house in _HOUSE.finditer(text):
        low, done = max(done, house.start() - _REACH), house.end()
        head = re.split(r"[\n。；！？]", text[low : house.start()])[-1]
        begins = None if _NO_HOUSE.match(text, done) else _begins(head)
        if begins is not None:
            start = house.start() - len(head) + begins
            if not is_official(text, start, done):
                yield Span(Kind.ADDRESS, start, done, 0.85)


def _begins(head: str) -> int | None:
    """Where in the text before a house number its address begins; None if there is none."""
    street = _STREET.search(head)
    if street:
        return _name_begins(head, street.start())
    lane = _LANE.search(head)
    if lane:
        return lane.start()
    begins = _name_begins(head, len(head))
    return begins if begins is not None and _HAMLET.search(head, begins) else None


def _name_begins(head: str, end: int) -> int | None:
    """Where the name that ends at `end` begins: at the city, else behind what leads in to it."""
    city = max((found.start() for found in _CITY.finditer(head, 0, end)), default=None)
    name = _NAME.search(head[:end])
    if city is not None and (name is None or end - city < 24):
        return city
    if name is None:
        return None
    lead = max((found.end() for found in _LEAD_IN.finditer(name.group())), default=0)
    return name.start() + lead
