"""Look-alike letters: a name or a host made of them is another one."""

from __future__ import annotations

import pytest

from moderation import mixes_scripts

A = "\N{CYRILLIC SMALL LETTER A}"


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("Taipei", False),
        (f"T{A}ipei", True),
        ("Admin", False),
        ("\N{GREEK CAPITAL LETTER ALPHA}dmin", True),
        (f"{A}臺北", True),
        ("王Amy", False),
        ("ラーメンdaisuki 々", False),
        ("ㄅㄆㄇ Bopomofo", False),
        ("Nguyễn Thị Hồng", False),
        ("สมชาย", False),
        ("สมชาย Lee", False),
        ("Иван", False),
        ("Иван Lee", False),
        ("Ｔａｉｐｅｉ", False),
        ("\N{MATHEMATICAL BOLD CAPITAL T}aipei", False),
        ("R2-D2 😀", False),
        ("", False),
    ],
)
def test_one_word_has_letters_of_scripts_that_belong_together(name: str, mixed: bool) -> None:
    assert mixes_scripts(name) is mixed
