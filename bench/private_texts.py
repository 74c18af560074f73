"""Texts with invented personal data in them, labelled, and texts that only look so.

Everything is drawn by the seed. Numbers are made by rules written for this file alone, so that a mistake in a detector
is not repeated here; so are the ways in which people write them.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

KINDS = ("national_id", "residence_permit", "phone", "email", "card", "bank_account", "plate", "address")
_FRAMES = tomllib.loads(Path(__file__).with_name("private_texts.toml").read_text(encoding="utf-8"))
_SLOT = re.compile(r"\{(\w+)\}")
_REGIONS = {  # letter: what it adds to the check (tens + 9 * units of its number)
    "A": 1, "B": 10, "C": 19, "D": 28, "E": 37, "F": 46, "G": 55, "H": 64, "I": 39, "J": 73, "K": 82, "L": 2, "M": 11,
    "N": 20, "O": 48, "P": 29, "Q": 38, "R": 47, "S": 56, "T": 65, "U": 74, "V": 83, "W": 21, "X": 3, "Y": 12, "Z": 30,
}  # fmt: skip
_WIDE = str.maketrans(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-()+ ",
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ－（）＋　",
)
_SPELLED = str.maketrans("0123456789", "零一二三四五六七八九")
_ROADS: list[str] = _FRAMES["names"]["roads"]
_PLACES: list[str] = _FRAMES["names"]["places"]
_VILLAGES: list[str] = _FRAMES["names"]["villages"]
_HAMLETS: list[str] = _FRAMES["names"]["hamlets"]
_ROADS_EN: list[str] = _FRAMES["names"]["roads_en"]
_DISTRICTS_EN: list[str] = _FRAMES["names"]["districts_en"]
_CITIES_EN: list[str] = _FRAMES["names"]["cities_en"]


@dataclass(frozen=True)
class Labelled:
    """A text, and the (kind, start, end) of everything personal in it."""

    text: str
    lang: str
    spans: tuple[tuple[str, int, int], ...]


def labelled(number: int, seed: int) -> list[Labelled]:
    """So many texts: about half hold personal data, each kind as often as the others."""
    draw = random.Random(seed)
    made = _makers(draw)
    return [_text(draw, made) for _ in range(number)]


def _text(draw: random.Random, made: dict[str, Callable[[str], str]]) -> Labelled:
    lang = draw.choice(("zh", "zh", "en"))
    frames = [_frame(draw, lang) for _ in range(draw.choice((1, 1, 2, 3)))]
    return fill(("" if lang == "zh" else " ").join(frames), lang, made)


def _frame(draw: random.Random, lang: str) -> str:
    if draw.random() < 0.5:
        return draw.choice(_FRAMES[lang]["not_told"]["sentences"]) + ("。" if lang == "zh" else ".")
    kind = draw.choice((*KINDS, "mixed"))
    return draw.choice(_FRAMES[lang]["told"][kind]) + draw.choice(("\n", "。" if lang == "zh" else ". "))


def fill(frame: str, lang: str, made: dict[str, Callable[[str], str]]) -> Labelled:
    """Put invented values in the places of the frame."""
    text, spans, done = "", [], 0
    for slot in _SLOT.finditer(frame):
        text += frame[done : slot.start()]
        value = made[slot[1]](lang)
        if slot[1] in KINDS:
            spans.append((slot[1], len(text), len(text) + len(value)))
        text, done = text + value, slot.end()
    return Labelled(text + frame[done:], lang, tuple(spans))


def _makers(draw: random.Random) -> dict[str, Callable[[str], str]]:
    def digits(count: int) -> str:
        return "".join(draw.choice("0123456789") for _ in range(count))

    def number(low: int, high: int) -> Callable[[str], str]:
        return lambda _lang: str(draw.randint(low, high))

    return {
        "national_id": lambda lang: _spaced(draw, _identity(draw, draw.choice("12")), lang),
        "residence_permit": lambda lang: _spaced(draw, _identity(draw, draw.choice("8989ABCD")), lang),
        "phone": lambda lang: _telephone(draw, lang),
        "email": lambda lang: _mailbox(draw),
        "card": lambda lang: _card(draw, lang),
        "bank_account": lambda lang: _account(draw, lang),
        "plate": lambda lang: _plate(draw, lang),
        "address": lambda lang: _address(draw) if lang == "zh" else _address_en(draw),
        "case": lambda _: draw.choice(
            (f"A{digits(9)}", f"{draw.randint(109, 115)}{digits(7)}", f"09{digits(8)}", f"W2{digits(8)}")
        ),
        "document": lambda _: f"1{digits(9)}",
        "order": lambda _: digits(draw.choice((10, 12, 14))),
        "ubn": lambda _: digits(8),
        "price": lambda _: draw.choice(
            (f"{draw.randint(10, 999)},{digits(3)}", f"{draw.randint(1, 99)},{digits(3)},{digits(3)}", digits(7))
        ),
        "percent": lambda _: f"{draw.randint(1, 99)}.{draw.randint(0, 9)}%",
        "people": lambda _: draw.choice((f"{draw.randint(100, 999)},{digits(3)}", f"2{digits(6)}")),
        "date": lambda lang: _date(draw, lang),
        "time": lambda _: f"{draw.randint(8, 12):02}:00-{draw.randint(13, 18)}:30",
        "year": number(1990, 2030),
        "small": number(1, 99),
        "n2": number(10, 99),
        "n4": number(1000, 9999),
        "n6": lambda _: digits(6),
        "n8": lambda _: digits(8),
        "last3": lambda _: digits(3),
        "agency_phone": lambda _: draw.choice(
            (
                f"(02)27{digits(2)}-{digits(4)}",
                f"07-3{digits(2)}{digits(4)}",
                f"04-22{digits(2)}{digits(4)}",
                f"06-2{digits(2)}-{digits(4)}",
            )
        ),
        "address_of_hall": lambda _: _address(draw, plain=True),
        "address_of_hall_en": lambda _: _address_en(draw),
        "city": lambda _: draw.choice(("taipei", "tainan", "kcg", "ntpc")),
        "route": lambda _: draw.choice((digits(3), f"R{draw.randint(1, 40)}", f"紅{draw.randint(1, 40)}")),
        "lamp": lambda _: f"{draw.randint(10, 999)}-{digits(3)}",
        "electric": lambda _: f"{digits(2)}-{digits(2)}-{digits(4)}-{digits(2)}-{digits(1)}",
        "tender": lambda _: f"{draw.randint(110, 115)}-{draw.choice('ABC')}{digits(3)}",
        "serial": lambda _: f"SN{digits(10)}",
        "wrong_id": lambda _: _identity(draw, "1", right=False),
    }


def _identity(draw: random.Random, second: str, *, right: bool = True) -> str:
    """A number whose check figure is right, or wrong; from the sum of what each place adds."""
    letter = draw.choice(list(_REGIONS))
    middle = "".join(draw.choice("0123456789") for _ in range(7))
    added = {"A": 0, "B": 1, "C": 2, "D": 3}.get(second)
    total = _REGIONS[letter] + 8 * (int(second) if added is None else added)
    total += sum((7 - place) * int(figure) for place, figure in enumerate(middle))
    check = -total % 10
    return f"{letter}{second}{middle}{check if right else (check + draw.randint(1, 9)) % 10}"


def _spaced(draw: random.Random, number: str, lang: str) -> str:
    style = draw.random()
    if style < 0.15:
        number = " ".join(number)
    elif style < 0.25:
        number = f"{number[0]}-{number[1:4]}-{number[4:7]}-{number[7:]}"
    elif style < 0.35:
        number = f"{number[:4]} {number[4:7]} {number[7:]}"
    elif style < 0.45:
        number = number.lower()
    return number.translate(_WIDE) if lang == "zh" and draw.random() < 0.25 else number


def _telephone(draw: random.Random, lang: str) -> str:
    def digits(count: int) -> str:
        return "".join(draw.choice("0123456789") for _ in range(count))

    a, b, c = digits(2), digits(3), digits(3)
    mobile = [
        f"09{a}{b}{c}",
        f"09{a}-{b}-{c}",
        f"09{a}-{b}{c}",
        f"09{a} {b} {c}",
        f"+8869{a}{b}{c}",
        f"+886-9{a}-{b}-{c}",
    ]
    mobile += [
        f"+886 9{a} {b} {c}",
        f"(09{a}){b}-{c}",
        f"+886(0)9{a}{b}{c}",
        f"09{a}.{b}.{c}",
        " ".join(f"09{a}{b}{c}"),
        f"8869{a}{b}{c}",
    ]
    x, y = draw.choice("2568") + digits(3), digits(4)
    line = [
        f"02-{x}-{y}",
        f"(02){x}-{y}",
        f"02{x}{y}",
        f"(02) {x} {y}",
        f"+886-2-{x}-{y}",
        f"02-{x}{y}",
        f"+886 2 {x} {y}",
    ]
    line += [
        f"07-3{digits(2)}-{y}",
        f"(07)3{digits(2)}{y}",
        f"04-2{digits(3)}-{y}",
        f"037-3{digits(5)}",
        f"049-22{digits(5)}",
        f"03-4{digits(2)}{y}",
    ]
    line += [
        f"06-2{digits(2)}-{y}",
        f"089-3{digits(5)}",
        f"08-7{digits(2)}{y}",
        f"082-3{digits(5)}",
        f"05-2{digits(6)}",
    ]
    written = draw.choice(mobile if draw.random() < 0.6 else line)
    if written in line and draw.random() < 0.3:
        written += draw.choice(
            (
                f"#{digits(3)}",
                f" ext. {digits(3)}",
                f"轉{digits(3)}" if lang == "zh" else f" ext {digits(2)}",
                f"分機{digits(4)}" if lang == "zh" else f"#{digits(4)}",
            )
        )
    if lang == "zh":
        if draw.random() < 0.2:
            return written.translate(_WIDE)
        if written in mobile and "+" not in written and draw.random() < 0.08:
            return written.translate(_SPELLED)
    return written


def _mailbox(draw: random.Random) -> str:
    name = draw.choice(
        ("amy.chen", "wang1985", "lin_mei-ling", "kuo.th", "a0912", "bigbear+petition", "HsuYC", "peng2", "x.y.z")
    )
    host = draw.choice(
        (
            "gmail.com",
            "yahoo.com.tw",
            "hotmail.com",
            "ntu.edu.tw",
            "outlook.com",
            "ms12.hinet.net",
            "example.org",
            "my-studio.tw",
        )
    )
    return draw.choice(
        [f"{name}@{host}"] * 8
        + [
            f"{name}＠{host}",
            f"{name} @ {host}",
            f"{name}(at){host}",
            f"{name} at {host.replace('.', ' dot ')}",
            f"{name}[at]{host}",
        ]
    )


def _card(draw: random.Random, lang: str) -> str:
    start, length = draw.choice((("4", 16), ("51", 16), ("55", 16), ("3530", 16), ("37", 15), ("4", 16), ("2223", 16)))
    body = start + "".join(draw.choice("0123456789") for _ in range(length - 1 - len(start)))
    total = sum(int("0246813579"[int(d)]) if place % 2 == 0 else int(d) for place, d in enumerate(reversed(body)))
    number = body + str(-total % 10)
    groups = [number[i : i + 4] for i in range(0, 16, 4)] if length == 16 else [number[:4], number[4:10], number[10:]]
    written = draw.choice((number, " ".join(groups), "-".join(groups)))
    return written.translate(_WIDE) if lang == "zh" and draw.random() < 0.2 else written


def _account(draw: random.Random, lang: str) -> str:
    code = draw.choice(
        ["004", "005", "007", "008", "011", "012", "013", "017", "700", "803", "806", "807", "808", "812", "822"]
    )
    number = "".join(draw.choice("0123456789") for _ in range(draw.choice((11, 12, 13, 14))))
    cut = f"{number[:4]}-{number[4:8]}-{number[8:]}"
    written = draw.choice(
        (
            f"{code}-{number}",
            f"({code}){number}",
            f"{code} {number}",
            number,
            cut,
            f"{code}-{cut}",
            f"{number[:3]}-{number[3:6]}-{number[6:]}",
        )
    )
    return written.translate(_WIDE) if lang == "zh" and draw.random() < 0.2 else written


def _plate(draw: random.Random, lang: str) -> str:
    letters = "".join(draw.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(3))
    figures = "".join(draw.choice("0123456789") for _ in range(4))
    forms = (
        [f"{letters}-{figures}"] * 4
        + [f"{letters}-{figures[:3]}"] * 2
        + [f"{letters}{figures}", f"{letters} {figures}"]
    )
    forms += [
        f"{letters[:2]}-{figures}",
        f"{figures}-{letters[:2]}",
        f"{letters[0]}{figures[0]}-{figures}",
        f"{figures[0]}{letters[0]}-{figures}",
    ]
    forms += [
        f"{figures}-{letters[0]}{figures[1]}",
        f"{figures[:3]}-{letters}",
        f"{letters}-{figures}".lower(),
        f"{letters[:2]}{figures[0]}-{figures[1:]}",
    ]
    written = draw.choice(forms)
    return written.upper().translate(_WIDE) if lang == "zh" and draw.random() < 0.15 else written


def _address(draw: random.Random, *, plain: bool = False) -> str:
    chinese = "零一二三四五六七八九十"
    place = draw.choice(_PLACES)
    house = f"{draw.randint(1, 399)}號"
    if not plain and draw.random() < 0.12:
        return (
            place
            + draw.choice(_VILLAGES)
            + draw.choice(("", f"{draw.randint(1, 30)}鄰"))
            + draw.choice(_HAMLETS)
            + house
        )
    street = draw.choice(_ROADS) + draw.choice(("", "", f"{draw.choice(chinese[1:7])}段", f"{draw.randint(1, 5)}段"))
    lane = draw.choice(("", "", f"{draw.randint(1, 400)}巷", f"{draw.randint(1, 400)}巷{draw.randint(1, 40)}弄"))
    if plain:
        return place + street + house
    before = draw.choice(
        (
            place,
            place,
            place + draw.choice(_VILLAGES),
            place[3:],
            "",
            f"{draw.randint(100, 999)}{place}",
            f"{draw.randint(10000, 99999)} {place}",
        )
    )
    floor = draw.choice(
        (
            "",
            "",
            f"{draw.randint(2, 14)}樓",
            f"{draw.choice(chinese[2:])}樓",
            f"{draw.randint(2, 9)}樓之{draw.randint(1, 9)}",
            f"{draw.randint(2, 9)}F",
        )
    )
    house = draw.choice(
        (
            house,
            house,
            f"{draw.randint(1, 99)}之{draw.randint(1, 9)}號",
            f"{draw.randint(1, 99)}-{draw.randint(1, 9)}號",
            f"{draw.choice(chinese[1:])}號",
            f"{draw.randint(1, 99)} 號",
        )
    )
    written = before + street + lane + house + floor
    return written.translate(_WIDE) if draw.random() < 0.12 else written


def _address_en(draw: random.Random) -> str:
    road = draw.choice(_ROADS_EN) + draw.choice((" Rd.", " Road", " St.", " E. Rd.", " N. Road"))
    number, section, lane = draw.randint(1, 399), draw.randint(1, 6), draw.randint(1, 300)
    district = f"{draw.choice(_DISTRICTS_EN)} {draw.choice(('Dist.', 'District'))}"
    city = draw.choice(_CITIES_EN) + draw.choice((" City", "", f" City {draw.randint(100, 999)}"))
    return draw.choice((
        f"No. {number}, {road}, {district}, {city}",
        f"No. {number}, Sec. {section}, {road}, {district}, {city}, Taiwan (R.O.C.)",
        f"{draw.randint(2, 14)}F., No. {number}, Ln. {lane}, {road}, {district}, {city}",
        f"{draw.randint(2, 14)}F-{section}, No.{number}, Aly. {section}, Ln. {lane}, {road}, {district}, {city}",
        f"{number} {road}, {district}, {city}",
        f"{number} {road}",
        f"{number}, Section {section}, {road}, {city}",
        f"Lane {lane}, {road}, No. {number}, {city}",
        f"{road}, Sec. {section}, No. {number}, {city}",
        f"No. {number}, {road}",
    ))  # fmt: skip


def _date(draw: random.Random, lang: str) -> str:
    year, month, day = draw.randint(2015, 2029), draw.randint(1, 12), draw.randint(1, 28)
    forms = [f"{year}-{month:02}-{day:02}", f"{year}/{month}/{day}", f"{year}.{month:02}.{day:02}"]
    forms += (
        [f"{year - 1911}年{month}月{day}日", f"{year - 1911}.{month}.{day}"]
        if lang == "zh"
        else [f"{day}/{month}/{year}", f"{day}-{month:02}-{year}"]
    )
    return draw.choice(forms)


def spans_of(texts: list[Labelled]) -> Iterator[tuple[int, str, int, int]]:
    """Every labelled span with the number of its text."""
    return ((n, *span) for n, one in enumerate(texts) for span in one.spans)
