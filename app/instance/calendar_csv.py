"""Calendar days as CSV: columns `day,name,works[,area][,half][,name_en]`, or those of Taiwan's office calendar.

The government's file (data.gov.tw, data set 14718) has a row for every day of a year: 西元日期,星期,是否放假,備註,
where 0 is a working day and 2 a day off. Some years of it are in Big5.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date

from app.core.calendar import Half
from app.core.language import N_
from app.instance.importing import BadFile, FileDay, Problem, Problems, named

COLUMNS = ("day", "name", "works", "area", "half", "name_en")
SAMPLE = """day,name,works,area,half
2027-08-05,颱風,no,TW-TPE,
2027-08-06,颱風,yes,TW-TPE,afternoon
"""
TAIWAN = {"西元日期": "day", "備註": "name", "是否放假": "rests", "星期": "weekday"}
WORKS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "是": True, "否": False}
RESTS = {"0": True, "2": False}
"""是否放假 -> whether offices work."""
HALVES = {"": None, "morning": Half.MORNING, "afternoon": Half.AFTERNOON, "上午": Half.MORNING, "下午": Half.AFTERNOON}
DAY = re.compile(r"([0-9]{4})([-/.]?)([0-9]{1,2})\2([0-9]{1,2})")


def read_csv(data: bytes, problems: Problems) -> list[FileDay]:
    """The days of the file; lines that say none are noted in `problems`. Raises `BadFile` if it is no such table."""
    records = _records(_text(data), problems)
    line, head = next(records, (0, []))
    columns = _columns(line, head)
    days = []
    for line, cells in records:
        if len(cells) > len(head):
            problems.add(line, N_("There are more cells than the first line has columns."))
        elif (day := _day(line, dict(zip(columns, cells, strict=False)), problems)) is not None:
            days.append(day)
    return days


def write_csv(days: Sequence[FileDay]) -> str:
    """The days as `read_csv` reads them."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for day in days:
        chinese, english = day.name.get("zh-Hant-TW", ""), day.name.get("en", "")
        half = day.half.value if day.half else ""
        works = "yes" if day.works else "no"
        names = (chinese, english) if chinese else (english, "")
        table.writerow([day.day.isoformat(), names[0], works, day.area or "", half, names[1]])
    return text.getvalue()


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile([Problem(0, N_("The file is not text in UTF-8 or Big5."), {})])


def _records(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every record that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            problems.add(line, N_("From here the file cannot be read as CSV."))
            return
        if any(cells):
            yield line, cells


def _columns(line: int, head: Sequence[str]) -> list[str]:
    columns = [TAIWAN.get(name, name.lower()) for name in head]
    if "day" not in columns or not {"works", "rests", "half"} & set(columns):
        words = N_("The first line must name the columns day, name and works, or those of Taiwan's office calendar.")
        raise BadFile([Problem(line, words, {})])
    if len(set(columns)) < len(columns):
        raise BadFile([Problem(line, N_("Two columns have the same name."), {})])
    return columns


def _day(line: int, cells: dict[str, str], problems: Problems) -> FileDay | None:
    day = _date(cells.get("day", ""))
    half_words = cells.get("half", "").lower()
    if day is None:
        problems.add(line, N_("“%(text)s” is no day, such as 2027-01-31."), text=cells.get("day", "")[:20])
        return None
    if half_words not in HALVES:
        problems.add(line, N_("“%(text)s” is no half of a day: write morning or afternoon."), text=half_words[:20])
        return None
    half = HALVES[half_words]
    works = WORKS.get(cells.get("works", "").lower(), RESTS.get(cells.get("rests", "")))
    if works is None and half is None:
        text = cells.get("works", "") or cells.get("rests", "")
        problems.add(line, N_("“%(text)s” does not say whether offices work: write yes or no."), text=text[:20])
        return None
    name = named(cells.get("name", ""), cells.get("name_en", ""))
    return FileDay(line, day, name, bool(works) or half is not None, cells.get("area", "").upper() or None, half)


def _date(text: str) -> date | None:
    found = DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None
