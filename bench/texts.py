"""Invented posts for measurements: short statements in Chinese and English, and copies of them that somebody edited.

Statements are drawn from a grammar whose parts recur, as they do when many people speak about one subject: two
honest texts may share any two of place, thing, wish and reason, never three. A copy is an edit that leaves the
sentence standing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

PLACES = [
    "火車站前",
    "中正公園",
    "市立圖書館",
    "大安國小旁",
    "河濱步道",
    "南門市場",
    "捷運出口",
    "老人活動中心",
    "永和路口",
    "文化中心",
    "東湖社區",
    "夜市周邊",
    "舊糖廠",
    "運動公園",
    "國中校門口",
    "市政府前廣場",
    "港口邊",
    "山腳下的聚落",
    "工業區",
    "育英街",
    "第三停車場",
    "醫院門口",
    "轉運站",
    "古城牆邊",
    "湖畔",
    "體育館",
    "青年路",
    "原住民文化園區",
    "果菜市場",
    "客家聚落",
    "海水浴場",
    "溪頭橋下",
    "里民活動中心",
    "公有零售市場",
    "美術館",
    "大學後門",
    "眷村舊址",
    "鐵路地下化後的空地",
    "高架橋下",
    "寵物公園",
    "納骨塔旁",
    "水源路",
    "消防分隊隔壁",
    "托嬰中心",
    "早餐店那條巷子",
    "行政園區",
    "自行車道",
    "登山口",
    "漁港",
    "污水處理廠",
]
THINGS = [
    "行人專用號誌",
    "遮陽棚",
    "公共自行車站",
    "無障礙坡道",
    "哺乳室",
    "飲水機",
    "夜間照明",
    "垃圾桶",
    "親子廁所",
    "候車亭",
    "停車格",
    "測速照相",
    "減速墊",
    "人行道",
    "路樹",
    "監視器",
    "共融遊具",
    "狗活動區",
    "公車班次",
    "社區巴士",
    "圖書自助借閱機",
    "淹水感測器",
    "噪音偵測器",
    "資源回收站",
    "導盲磚",
    "斑馬線",
    "電動車充電樁",
    "藝術裝置",
    "農夫市集",
    "食物銀行",
    "樂齡課程",
    "托育名額",
    "長照據點",
    "課後輔導班",
    "急救設備",
    "遊民收容空間",
    "太陽能板",
    "雨水花園",
    "路邊攤位",
    "街頭藝人舞臺",
    "籃球場燈光",
    "攀岩場",
    "溜冰場",
    "傳統工藝教室",
    "多語服務櫃檯",
    "申訴信箱",
    "公開預算表",
    "施工告示牌",
    "防空避難指引",
    "租屋補助",
]
WISHES = [
    "應該增設{thing}",
    "請盡快修好{thing}",
    "希望能保留{thing}",
    "不需要再蓋{thing}",
    "{thing}太少，要加倍",
    "{thing}應該改由居民管理",
    "請公布{thing}的預算",
    "{thing}的位置要重新規劃",
    "先試辦{thing}三個月",
    "拆掉{thing}還給行人",
    "{thing}晚上十點後應關閉",
    "{thing}要讓輪椅族也能用",
    "{thing}的維護費太高了",
    "{thing}要收費才公平",
    "{thing}應免費開放",
    "請派人每週檢查{thing}",
    "把{thing}移到對面",
    "{thing}做得很好，繼續維持",
    "換掉老舊的{thing}",
    "{thing}該不該留，讓里民投票決定",
]
REASONS = [
    "因為放學時間車子很多",
    "不然長輩走不過去",
    "颱風一來就壞",
    "去年已經有人受傷",
    "鄰近縣市早就做了",
    "孩子們每天都會經過",
    "現在的廠商沒有好好維護",
    "居民反映三年都沒下文",
    "預算應該花在刀口上",
    "噪音讓人睡不著",
    "下雨天積水到腳踝",
    "夏天曬到快中暑",
    "坐輪椅的朋友進不去",
    "觀光客越來越多",
    "租金漲得太快",
    "空氣品質一年比一年差",
    "夜班的人也要回家",
    "機車常常違停",
    "狗主人沒有地方去",
    "樹根把磚都掀起來了",
    "店家生意受影響",
    "里長說沒有經費",
    "垃圾車經過的時間太早",
    "圖利特定業者令人懷疑",
    "新住民看不懂告示",
    "停電的時候很危險",
    "這裡是通學路",
    "老屋需要保護",
    "農民沒有地方賣菜",
    "年輕人都搬走了",
    "防災演練時才發現不足",
    "大家都在等政府說明",
    "先聽聽使用者怎麼說",
    "數據要公開才有信任",
    "冬天風太大",
    "路燈壞了半年",
    "計程車找不到地方停",
    "公車半小時才一班",
    "攤販也要討生活",
    "小孩需要安全的地方玩",
    "照顧者需要喘息",
    "夏天蚊子很多",
    "活動辦完留下一堆垃圾",
    "施工期間沒有替代道路",
    "附近沒有診所",
    "視障者聽不到聲音",
    "每年編的錢都沒用完",
    "設計的人沒來看過現場",
    "漲價前應該先說清楚",
    "水溝常常堵住",
]
FRAMES = ("{place}{wish}，{reason}", "{reason}，{place}{wish}", "{place}{wish}", "{place}{wish}。{reason}，{more}")

EN_PLACES = [
    "in front of the station",
    "at the old sugar mill",
    "along the river path",
    "near the primary school",
    "by the south market",
    "on Harbour Street",
    "behind the library",
    "at the bus terminal",
    "in the industrial estate",
    "around the night market",
    "next to the clinic",
    "under the flyover",
    "in East Lake ward",
    "beside the stadium",
    "at the trailhead",
    "on Museum Square",
    "near the fishing port",
    "outside the town hall",
    "at the hospital gate",
    "in the veterans' village",
]
EN_THINGS = [
    "a pedestrian signal",
    "more shade",
    "a bicycle dock",
    "a wheelchair ramp",
    "drinking fountains",
    "street lamps",
    "public toilets",
    "a bus shelter",
    "loading bays",
    "speed cameras",
    "a dog run",
    "flood sensors",
    "a noise meter",
    "recycling points",
    "charging posts",
    "a farmers' market",
    "after-school care",
    "a day centre",
    "rain gardens",
    "food stalls",
    "a climbing wall",
    "a complaints box",
    "multilingual signs",
    "first-aid kits",
    "rent support",
]
EN_WISHES = [
    "The city should build {thing} {place}",
    "Please repair {thing} {place}",
    "We do not need {thing} {place}",
    "Publish what {thing} {place} cost",
    "Try {thing} {place} for three months",
    "Let residents run {thing} {place}",
    "Remove {thing} {place} and give the space back",
    "Keep {thing} {place} open at night",
    "Charge visitors for {thing} {place}",
    "Ask the neighbours before planning {thing} {place}",
]
EN_REASONS = [
    "because children walk there every day",
    "since the last typhoon broke everything",
    "older people cannot cross safely",
    "other towns did it years ago",
    "the contractor never turns up",
    "shops are losing customers",
    "the noise keeps us awake",
    "rents rise too fast",
    "water stands ankle deep after rain",
    "nobody has answered for three years",
    "the budget was never spent",
    "wheelchair users are shut out",
    "night workers need to get home",
    "it would save energy",
    "tourists leave their rubbish behind",
    "the lamps have been dark for months",
    "the designers never came to look",
    "young families are moving away",
    "drivers park on the crossing",
    "carers need a rest",
]
EN_FRAMES = ("{wish}, {reason}.", "{reason}. {wish}.", "{wish}", "{wish}, {reason}; {more}.")

SYNONYMS = (
    ("應該", "應當"),
    ("希望", "盼望"),
    ("盡快", "儘速"),
    ("因為", "由於"),
    ("很多", "非常多"),
    ("居民", "住戶"),
    ("孩子們", "小朋友"),
    ("太少", "不夠"),
    ("公布", "公開"),
    ("保留", "留下"),
    ("長輩", "老人家"),
    ("經過", "路過"),
    ("should", "ought to"),
    ("Please", "Kindly"),
    ("repair", "fix"),
    ("children", "kids"),
    ("because", "as"),
    ("nobody", "no one"),
    ("every day", "daily"),
    ("older people", "the elderly"),
)
FILLERS = ("真的", "其實", "我覺得", "拜託", "一定", "也", "就")
EN_FILLERS = ("really", "honestly", "I think", "also", "simply", "actually")
GREETINGS = ("大家好，", "各位市民好：", "市長您好，", "想請問一下，", "我是這裡的居民，")
FAREWELLS = ("謝謝！", "拜託了", "，請大家支持", "，感謝辛苦的承辦人員", "～～")
EN_GREETINGS = ("Hello all, ", "Dear mayor, ", "As a resident I say: ", "Hi! ")
EN_FAREWELLS = (" Thank you!", " Please support this.", " Thanks.", " Regards, a neighbour")
TYPOS = "的得地在再做作他她因應以己已帶戴場廠園圓站佔路露"


@dataclass(frozen=True)
class Planted:
    """Texts, and the pairs of numbers (smaller first) of which one is an edit of the other, with the edit."""

    texts: tuple[str, ...]
    pairs: dict[tuple[int, int], str]


@dataclass(frozen=True)
class Said:
    """A statement before it is written down: what it is made of."""

    place: str
    thing: str
    wish: str
    reason: str
    more: str
    frame: str

    def __str__(self) -> str:
        wish = self.wish.format(thing=self.thing, place=self.place)
        return self.frame.format(place=self.place, wish=wish, reason=self.reason, more=self.more)

    def triples(self) -> set[tuple[str, ...]]:
        """What two honest statements do not share: three of the four parts that carry them."""
        parts = (self.place, self.thing, self.wish, *([self.reason] if "{reason}" in self.frame else []))
        return set(combinations(parts, 3))


def said(rng: random.Random, *, english: bool = False) -> Said:
    """A statement drawn by lot: 10 to 80 characters of Chinese, or a sentence of English."""
    parts = (
        (EN_PLACES, EN_THINGS, EN_WISHES, EN_REASONS, EN_FRAMES)
        if english
        else (PLACES, THINGS, WISHES, REASONS, FRAMES)
    )
    places, things, wishes, reasons, frames = parts
    reason, more = rng.sample(reasons, 2)
    return Said(rng.choice(places), rng.choice(things), rng.choice(wishes), reason, more, rng.choice(frames))


def statement(rng: random.Random, *, english: bool = False) -> str:
    """The same, written down."""
    return str(said(rng, english=english))


def originals(rng: random.Random, n: int) -> list[Said]:
    """`n` statements, a fifth of them English, of which no two share three parts."""
    chosen: list[Said] = []
    taken: set[tuple[str, ...]] = set()
    while len(chosen) < n:
        one = said(rng, english=len(chosen) % 5 == 0)
        if taken.isdisjoint(one.triples()):
            taken |= one.triples()
            chosen.append(one)
    return chosen


def punctuated(text: str, rng: random.Random) -> str:
    """Other punctuation, and spaces."""
    marks = str.maketrans({"，": rng.choice([",", " ", "、"]), "。": rng.choice(["！", " ", ""]), ",": ";", ".": "!"})
    return text.translate(marks) + rng.choice(["", "！", "。", "..."])


def widened(text: str, rng: random.Random) -> str:
    """Full-width letters, capitals, a hidden character."""
    at = rng.randrange(len(text))
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text) if rng.random() < 0.5 else text.upper()
    return wide[:at] + "\u200b" + wide[at:]


def synonyms(text: str, rng: random.Random) -> str:
    """One or two words in other words; a character is changed where none is known."""
    known = [pair for pair in SYNONYMS if pair[0] in text]
    for one, other in rng.sample(known, min(2, len(known))):
        text = text.replace(one, other, 1)
    return text if known else typo(text, rng)


def inserted(text: str, rng: random.Random) -> str:
    """One or two words more."""
    english = _is_english(text)
    for _ in range(rng.choice([1, 1, 2])):
        places = [found.start() for found in re.finditer(r" |$", text)] if english else range(1, len(text) + 1)
        at = rng.choice(list(places))
        word = f" {rng.choice(EN_FILLERS)}" if english else rng.choice(FILLERS)
        text = text[:at] + word + text[at:]
    return text


def reordered(text: str, rng: random.Random) -> str:
    """The parts in another order; words inserted where there is only one part."""
    parts = [part.strip() for part in re.split("[，。,.;；]", text) if part.strip()]
    if len(parts) < 2:
        return inserted(text, rng)
    return ("; " if _is_english(text) else "，").join([*parts[1:], parts[0]])


def typo(text: str, rng: random.Random) -> str:
    """A character replaced, and one left out."""
    at = rng.randrange(len(text))
    other = rng.choice("aeiou" if _is_english(text) else TYPOS)
    text = text[:at] + other + text[at + 1 :]
    gone = rng.randrange(len(text))
    return text[:gone] + text[gone + 1 :]


def greeted(text: str, rng: random.Random) -> str:
    """With a greeting, a farewell, or both."""
    greetings, farewells = (EN_GREETINGS, EN_FAREWELLS) if _is_english(text) else (GREETINGS, FAREWELLS)
    kind = rng.randrange(3)
    before, after = rng.choice(greetings) if kind else "", rng.choice(farewells) if kind != 1 else ""
    return before + text + after


def simplified(text: str, rng: random.Random) -> str:
    """In simplified characters; typos in English."""
    if _is_english(text):
        return typo(text, rng)
    from opencc import OpenCC  # noqa: PLC0415

    return str(OpenCC("t2s").convert(text))


def twice(text: str, rng: random.Random) -> str:
    """Two edits, one after the other."""
    for edit in rng.sample([punctuated, synonyms, inserted, typo, greeted, reordered], 2):
        text = edit(text, rng)
    return text


EDITS: tuple[Callable[[str, random.Random], str], ...] = (
    punctuated,
    widened,
    synonyms,
    inserted,
    reordered,
    typo,
    greeted,
    simplified,
    twice,
)


def planted(n: int, copies: int, seed: int) -> Planted:
    """`n` texts in any order, of which `copies` are edits of others. Of each `EDITS` there are as many."""
    rng = random.Random(seed)
    texts = [str(one) for one in originals(rng, n - copies)]
    chosen = rng.sample(range(len(texts)), copies)
    edits = [EDITS[i % len(EDITS)] for i in range(copies)]
    texts += [edit(texts[one], rng) for one, edit in zip(chosen, edits, strict=True)]
    order = rng.sample(range(n), n)
    place = {old: new for new, old in enumerate(order)}
    ends = [sorted((place[one], place[n - copies + i])) for i, one in enumerate(chosen)]
    named = {(low, high): edit.__name__ for (low, high), edit in zip(ends, edits, strict=True)}
    return Planted(tuple(texts[old] for old in order), named)


def _is_english(text: str) -> bool:
    return text.isascii()
