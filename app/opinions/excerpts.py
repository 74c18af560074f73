"""Long statements cut short for a line of text, at the end of a word or between two Chinese characters."""

from __future__ import annotations

import unicodedata

COLUMNS = 46
"""Width of an excerpt: a Latin letter takes one column, a Chinese character two."""
JOINER = "\u200d"


def excerpt(text: str, columns: int = COLUMNS) -> str:
    """The text on one line without its last full stop, cut where it is wider than `columns`.

    >>> excerpt("The last bus should leave after the last train arrives.", 30)
    'The last bus should leave…'
    >>> excerpt("末班車應等最後一班列車到站再開，週末也一樣。", 24)
    '末班車應等最後一班列車……'
    >>> excerpt("Buses at night.")
    'Buses at night'
    """
    line = " ".join(text.split()).rstrip(".。．")
    if _width(line) <= columns:
        return line
    end = len(line)
    while _width(line[:end]) > columns - 2:
        end -= 1
    # No word is torn, and no sign from the letter it stands on; a word longer than the line is.
    whole = end
    while whole and not _may_end(line, whole):
        whole -= 1
    kept = line[: whole or end].rstrip(" ,;:-–—，、；：（(「“")
    return kept + ("……" if kept and _is_wide(kept[-1]) else "…")


def _may_end(line: str, end: int) -> bool:
    before, after = line[end - 1], line[end]
    if unicodedata.combining(after) or unicodedata.category(after).startswith("M") or JOINER in (before, after):
        return False
    return " " in (before, after) or _is_wide(before) or _is_wide(after)


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in {"W", "F"}


def _width(text: str) -> int:
    return sum(2 if _is_wide(sign) else 1 for sign in text)
