"""Addresses in Chinese, down to the house number: without it a street is a place, not somebody's door.

Form: 郵遞區號, 縣市, 鄉鎮市區, 村里, 鄰, 路街, 段, 巷, 弄, 號, 樓, 室 (內政部, 門牌編釘). Read backwards from 號: the house number
is found first and the parts before it after. An address of an agency or a meeting is public: the words beside it tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from moderation.personal.context import is_official
from moderation.personal.folding import Folded
from moderation.personal.spans import Kind, Span

_HAN = "[㐀-鿿]"
_NUMBER = r"(?:\d(?: ?\d){0,4}|[〇零一二三四五六七八九十百]{1,6})"
_REACH = 60
_HOUSE = re.compile(
    rf"(?<!\d)(?<!第)(?<!第 ){_NUMBER}(?: ?(?:之|-) ?{_NUMBER})? ?[號号](?: ?之 ?{_NUMBER})?"
    rf"(?:[ ,，]{{0,2}}(?:地下 ?)?{_NUMBER} ?(?:樓|[Ff](?![A-Za-z]))(?: ?(?:之|-) ?{_NUMBER})?)?"
    rf"(?:[ ,，]{{0,2}}[A-Za-z]?-?{_NUMBER} ?[室房](?!間))?"
)
_NO_HOUSE = re.compile(
    r" ?(?:公車|公園|出口|入口|線|道路|機組|碼頭|航廈|登機|月台|月臺|橋|提案|議案|案|井|函|令|公告|判決|解釋|停車場|候選人|颱風|球衣|高速公路|國道"
    r"|生|作業|法案|隧道|水門|抽水站|閘門|高地|農地|攤|窗口|櫃|字|教室|投開票|電池|字型|鋼筋)"
)
_CITIES = (
    "[臺台][北中南東][市縣]|新北市|桃園[市縣]|高雄[市縣]|基隆市|新竹[市縣]|嘉義[市縣]|苗栗縣|彰化縣|南投縣|雲林縣|屏東縣|宜蘭縣|花蓮縣|澎湖縣|金門縣|連江縣"
)
_CITY = rf"(?:(?:{_CITIES}|[臺台][北中南東]|新北|桃園|高雄|基隆|新竹|嘉義|苗栗|彰化|南投|雲林|屏東|宜蘭|花蓮|澎湖|金門|馬祖) ?)"
_DISTRICT = rf"(?:{_HAN}{{1,3}}[鄉鎮市區] ?)"
_VILLAGE = rf"(?:{_HAN}{{1,3}}[村里] ?)"
_BLOCK = rf"(?:{_NUMBER} ?鄰 ?)"
_LANES = (
    rf"(?:(?:{_NUMBER} ?段 ?)?(?:(?:{_NUMBER}|{_HAN}{{1,3}}) ?巷 ?)?(?:{_NUMBER}(?: ?(?:之|-) ?{_NUMBER})? ?弄 ?)?"
    rf"(?:{_NUMBER} ?衖 ?)?)"
)
_AREA = rf"(?:\d{{3}}(?:-?\d{{2,3}})? ?)?{_CITY}?{_DISTRICT}?{_VILLAGE}?{_BLOCK}?"
_STREET = re.compile(rf"{_AREA}(?:{_HAN}|\d){{1,5}}?(?:大道|[路街]) ?{_LANES}(?:臨|附)?[ ,，]?\Z")
_LANE_ONLY = re.compile(rf"{_AREA}(?:{_NUMBER}|(?<!{_HAN}){_HAN}{{1,3}}) ?巷 ?(?:{_NUMBER} ?弄 ?)?(?:臨|附)?[ ,，]?\Z")
_HAMLET = re.compile(
    rf"(?:\d{{3}}(?:-?\d{{2,3}})? ?)?(?:{_CITY}{_DISTRICT}?{_VILLAGE}|{_DISTRICT}{_VILLAGE}|{_VILLAGE}{_BLOCK}"
    rf"|{_CITY}?{_HAN}{{1,3}}[鄉鎮市區] ?){_BLOCK}?(?:(?![路街口]){_HAN}){{0,5}} ?\Z"
)
_LEAD_IN = re.compile(r"^.{0,12}?(?:住址|地址|住在|位於|位在|寄到|寄至|寄給|送到|[在住到址於至給是叫的])(?=.{2})")
"""What a sentence puts before a street's name."""


def chinese_addresses(folded: Folded) -> Iterator[Span]:
    """Where somebody lives, in Chinese."""
    text = folded.text
    done = 0
    for house in _HOUSE.finditer(text):
        low, done = max(done, house.start() - _REACH), house.end()
        if _NO_HOUSE.match(text, house.end()):
            continue
        head = re.split(r"[\n。；！？]", text[low : house.start()])[-1]
        start = _start(head)
        if start is not None:
            first = house.start() - len(head) + start
            if not is_official(text, first, house.end()):
                yield Span(Kind.ADDRESS, first, house.end(), 0.85)


def _start(head: str) -> int | None:
    """Where in the text before a house number its address begins."""
    for form in (_STREET, _HAMLET, _LANE_ONLY):
        found = form.search(head)
        if found:
            lead = _LEAD_IN.match(found.group()) if not re.match(_CITY, found.group()) else None
            return found.start() + (lead.end() if lead else 0)
    return None
