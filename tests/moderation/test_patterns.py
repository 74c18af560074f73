"""No pattern in `moderation` can be made slow: fifty kilobytes of hostile text take it less than fifty milliseconds."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Iterator
from types import ModuleType

import pytest

import moderation

SIZE = 50_000
SECONDS = 0.05
PIECES = (
    *("0", "1 ", "9", "0-", "09", "+886 ", "(02)", "0912345678 ", "1.", "- ", " ", "\t", "\n", "\n> ", "| "),
    *(
        "a",
        "A",
        "aA",
        "A1",
        "a ",
        "Aa ",
        "Aa Rd ",
        "1 Aa ",
        "No. 1, ",
        "Ln. 1, ",
        "Sec. 1, ",
        "1F, ",
        "a.",
        "a@",
        "a@a.",
        "a at ",
        "dot ",
    ),
    *(
        "一",
        "路",
        "市",
        "區",
        "市區村里",
        "路1",
        "1巷",
        "1號",
        "路1號",
        "1之",
        "一二三",
        "之",
        "號之",
        "第",
        "第1條",
        "依",
        "依「",
        "法",
        "《",
        "「",
        "“",
        '"',
    ),
    *(
        "帳號",
        "局號1",
        "局號1234567帳號",
        "匯款 1",
        "車 A",
        "A-",
        "AB-1",
        "1-A",
        "案號1",
        "1號1樓",
        "F",
        "Dist., ",
        "Aaaa ",
        "the ",
        "of the ",
    ),
    *(
        "article 1 of the A",
        "(1)",
        "http://",
        "https://a",
        "www.",
        "a-",
        "a'a",
        "a’",
        ".",
        "!",
        "~",
        "\u0301",
        "\U0001f600",
    ),
)
"""What the patterns look for, again and again: nearly a find each time."""


def modules() -> Iterator[ModuleType]:
    """The package and everything in it."""
    yield moderation
    for found in pkgutil.walk_packages(moderation.__path__, "moderation."):
        yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[str]]:
    """Every compiled pattern, alone, in a list, or made by a function without parameters when it is first needed."""
    found = {}
    for module in modules():
        for name, value in vars(module).items():
            values = list(value) if isinstance(value, list | tuple) else [value]
            if inspect.isroutine(getattr(value, "__wrapped__", None)) and not inspect.signature(value).parameters:
                values = [value()]
            for number, one in enumerate(values):
                if isinstance(one, re.Pattern) and one not in found.values():
                    found[f"{module.__name__}.{name}[{number}]"] = one
    return found


def hostile(size: int = SIZE) -> Iterator[str]:
    """Each piece until the text is full, and once with an end that fits nothing."""
    for piece in PIECES:
        whole = piece * (size // len(piece))
        yield from (whole, whole[:-1] + "\0")


def worst(pattern: re.Pattern[str], most: int) -> list[str]:
    """The texts that take longest where they are short, in full length."""
    spent = [seconds(pattern, text, 0) for text in hostile(SIZE // 25)]
    order = sorted(range(len(spent)), key=spent.__getitem__)[-most:]
    texts = list(hostile())
    return [texts[n] for n in order]


def seconds(pattern: re.Pattern[str], text: str, bearable: float = SECONDS) -> float:
    """The shortest of up to ten times: a busy machine makes a run longer, never shorter."""
    spent = []
    while not spent or (min(spent) >= bearable and len(spent) < 10):
        started = time.process_time()
        for _found in pattern.finditer(text):
            pass
        spent.append(time.process_time() - started)
    return min(spent)


def test_the_patterns_are_found() -> None:
    found = patterns()
    assert len(found) > 40
    assert {name.rsplit(".", 1)[0] for name in found} >= {
        "moderation.plain",
        "moderation.likeness",
        "moderation.personal.phone",
    }
    assert "moderation.plain._pattern[0]" in found


@pytest.mark.parametrize("name", patterns())
def test_no_text_makes_a_pattern_slow(name: str) -> None:
    pattern = patterns()[name]
    slow = [(text[:20], spent) for text in worst(pattern, 4) if (spent := seconds(pattern, text)) >= SECONDS]
    assert not slow


def test_a_slow_pattern_would_be_noticed() -> None:
    pattern = re.compile(r"(?:a+b)|c")
    assert "a" * SIZE in worst(pattern, 4)
    assert seconds(pattern, "a" * (SIZE // 4)) >= SECONDS
