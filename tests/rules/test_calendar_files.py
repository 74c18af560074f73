"""Files of calendar days: what is read from them, and in which words they are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.areas import areas_of
from app.core.calendar import DayException, Half, taiwan_office_calendar
from app.instance.calendar_csv import SAMPLE, write_csv
from app.instance.calendar_files import read_days
from app.instance.calendar_ics import write_ics
from app.instance.importing import MAX_BYTES, MAX_PROBLEMS, BadFile, FileDay, News, plan

AREAS = areas_of("TW")
JANUARY = date(2027, 1, 4)
TAIWANS_FILE = """西元日期,星期,是否放假,備註
20270101,五,2,開國紀念日
20270102,六,2,
20270104,一,0,
20270109,六,0,補行上班
"""


def read(text: str | bytes, area: str | None = None) -> list[FileDay]:
    """The days of a file, as an instance in Taipei reads it."""
    return read_days(text if isinstance(text, bytes) else text.encode(), "Asia/Taipei", AREAS, area)


def event(*lines: str) -> str:
    """An iCalendar with one event of these lines."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])


def refusal(text: str | bytes) -> list[str]:
    """Why a file is refused: each line with its reason."""
    with pytest.raises(BadFile) as bad:
        read(text)
    return [f"{line}: {reason % values}" for line, reason, values in bad.value.problems]


def test_the_sample_of_the_page_is_what_it_says() -> None:
    assert read(SAMPLE) == [
        FileDay(2, date(2027, 8, 5), {"zh-Hant-TW": "颱風"}, False, "TW-TPE"),
        FileDay(3, date(2027, 8, 6), {"zh-Hant-TW": "颱風"}, True, "TW-TPE", Half.AFTERNOON),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "big5"])
def test_taiwans_office_calendar_is_read_as_the_government_publishes_it(encoding: str) -> None:
    days = read(TAIWANS_FILE.replace("\n", "\r\n").encode(encoding))
    assert [(day.line, day.day.day, day.works) for day in days] == [
        (2, 1, False),
        (3, 2, False),
        (4, 4, True),
        (5, 9, True),
    ]
    assert days[0].name == {"zh-Hant-TW": "開國紀念日"}


def test_columns_come_in_any_order_and_may_be_missing() -> None:
    assert read("Works,DAY,name_en,name\nno,2027/1/4,Storm,颱風\n") == [
        FileDay(2, JANUARY, {"zh-Hant-TW": "颱風", "en": "Storm"}, False)
    ]
    assert read("day,half\n2027-01-04,上午\n") == [FileDay(2, JANUARY, {}, True, None, Half.MORNING)]


def test_days_without_an_area_are_for_the_one_that_was_chosen() -> None:
    days = read("day,works,area\n2027-01-04,no,\n2027-01-05,no,tw-tnn\n", "TW-TPE")
    assert [day.area for day in days] == ["TW-TPE", "TW-TNN"]


def test_names_are_cleaned() -> None:
    (day,) = read('day,name,works\n2027-01-04,"=HYPERLINK(""x"")\u202e<b>\u200b",no\n')
    assert day.name == {"en": '=HYPERLINK("x")<b>'}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The first line must name"),
        ("\n\n", "The first line must name"),
        ("2027-01-04,Storm,no\n", "1: The first line must name"),
        ("day,works,works\n2027-01-04,no,no\n", "1: Two columns have the same name."),
        ("day,works\n", "There are no days in this file."),
        ("day,works\n2027-02-30,no\n", "2: “2027-02-30” is no day"),
        ("day,works\n2027-01/04,no\n", "2: “2027-01/04” is no day"),
        ("day,works\n\n0000-01-04,no\n", "3: “0000-01-04” is no day"),
        ("day,works\n２０２７-01-04,no\n", "2: “２０２７-01-04” is no day"),
        ("day,works\n2027-01-04,perhaps\n", "2: “perhaps” does not say"),
        ("day,works\n2027-01-04,\n", "2: “” does not say"),
        ("西元日期,是否放假\n20270104,1\n", "2: “1” does not say"),
        ("day,works,half\n2027-01-04,no,noon\n", "2: “noon” is no half"),
        ("day,works,area\n2027-01-04,no,US-CA\n", "2: “US-CA” is no area"),
        ("day,works\n2027-01-04,no,more\n", "2: There are more cells"),
        ("day,works\n2027-01-04,no\n2027-1-4,yes\n", "3: This day was named in line 2 already."),
        ('day,works\n2027-01-04,"no\n', "2: From here the file cannot be read"),
        (f"day,name,works\n2027-01-04,{'x' * 61},no\n", "2: The name may have at most 60"),
        (b"\xff\xfe\x00", "The file is not text"),
        (b"x" * (MAX_BYTES + 1), "The file is larger than 200 kB."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str | bytes, words: str) -> None:
    assert any(words in line for line in refusal(text))


def test_all_wrong_lines_are_told_at_once_but_not_without_end() -> None:
    assert [line.split(":")[0] for line in refusal("day,works\nx,no\n2027-01-04,no\ny,no\n")] == ["2", "4"]
    assert len(refusal("day,works\n" + "x,no\n" * 900)) == MAX_PROBLEMS


def test_a_file_of_too_many_days_is_refused() -> None:
    rows = [f"{date.fromordinal(700_000 + number)},no" for number in range(4_001)]
    assert refusal("\n".join(["day,works", *rows])) == ["4002: The file has more than 4000 days."]


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (["DTSTART;VALUE=DATE:20270104", "SUMMARY:Storm"], [(4, False, None)]),
        (["DTSTART;VALUE=DATE:20270104", "DTEND;VALUE=DATE:20270106"], [(4, False, None), (5, False, None)]),
        (["DTSTART;VALUE=DATE:20270104", "DURATION:P2D"], [(4, False, None), (5, False, None)]),
        (["DTSTART;VALUE=DATE:20270109", "SUMMARY:補行上班"], [(9, True, None)]),
        (["DTSTART:20270104T083000", "DTEND:20270104T120000"], [(4, True, Half.MORNING)]),
        (["DTSTART:20270104T040000Z", "DTEND:20270104T160000Z"], [(4, True, Half.AFTERNOON)]),
        (["DTSTART:20270103T160000Z", "DTEND:20270104T160000Z"], [(4, False, None)]),
        (["DTSTART;TZID=Asia/Taipei:20270104T083000", "DTEND;TZID=Asia/Taipei:20270104T173000"], [(4, False, None)]),
    ],
)  # fmt: skip
def test_an_event_is_a_day_on_which_offices_are_closed(
    lines: list[str], days: list[tuple[int, bool, Half | None]]
) -> None:
    found = read(event(*lines))
    assert [(day.day.day, day.works, day.half) for day in found] == days
    assert {day.line for day in found} == {3}


def test_a_cancelled_event_is_none() -> None:
    assert refusal(event("DTSTART;VALUE=DATE:20270104", "STATUS:CANCELLED")) == ["0: There are no days in this file."]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("BEGIN:VCALENDAR\n", "cannot be read as iCalendar"),
        (b"BEGIN:VCALENDAR\n\xff", "cannot be read as iCalendar"),
        ("BEGIN:VCALENDAR\nBEGIN:X\n" * 7_000, "cannot be read as iCalendar"),
        (event("SUMMARY:x"), "3: The days of this event cannot be read."),
        (event("DTSTART:banana"), "3: The days of this event cannot be read."),
        (event("DTSTART:20270104", "DTSTART:20270105"), "3: The days of this event cannot be read."),
        (event("DTSTART:20270104T083000"), "3: An event lasts between"),
        (event("DTSTART;VALUE=DATE:20270104", "DTEND;VALUE=DATE:20270101"), "3: An event lasts between"),
        (event("DTSTART;VALUE=DATE:20270104", "DTEND;VALUE=DATE:99991231"), "3: An event lasts between"),
        (event("DTSTART;VALUE=DATE:99991231"), "3: "),
        (event("DTSTART;VALUE=DATE:20270104", "RRULE:FREQ=SECONDLY"), "3: This event repeats."),
    ],
)
def test_a_calendar_that_cannot_be_taken_is_told_with_the_line_of_its_event(text: str | bytes, words: str) -> None:
    assert any(words in line for line in refusal(text))


DAYS = st.builds(
    lambda day, name, works, area, half: FileDay(0, day, name, works or half is not None, area, half),
    st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    st.sampled_from([{}, {"en": "Storm"}, {"zh-Hant-TW": "颱風"}, {"zh-Hant-TW": "颱風, \"x\"; 雨", "en": "Rain, 1"}]),
    st.booleans(),
    st.sampled_from([None, "TW-TPE"]),
    st.sampled_from([None, *Half]),
)  # fmt: skip


@given(st.lists(DAYS, min_size=1, max_size=8, unique_by=lambda day: (day.day, day.area)))
def test_what_a_preview_carries_is_read_back_as_it_was(days: list[FileDay]) -> None:
    found = read(write_csv(days))
    assert [(d.day, d.name, d.works, d.area, d.half) for d in found] == [
        (d.day, d.name, d.works, d.area, d.half) for d in days
    ]


@given(st.lists(DAYS, min_size=1, max_size=8, unique_by=lambda day: day.day))
def test_a_calendar_file_of_ours_is_read_back_by_another_instance(days: list[FileDay]) -> None:
    file = write_ics(days, "Office calendar", "en", "minyi.test", datetime(2027, 1, 1, tzinfo=UTC))
    assert [(d.day, d.works, d.half) for d in read(file)] == [(d.day, d.works, d.half) for d in days]


CSV_PARTS = ["day", "works", "2027-01-04", ",", "\n", '"', "no", "x", "備註", "\r"]
ICS_LINES = [
    "BEGIN:VEVENT",
    "END:VEVENT",
    "BEGIN:VTIMEZONE",
    "END:VTIMEZONE",
    "TZID:x",
    "DTSTART;VALUE=DATE:20270104",
    "DTSTART;TZID=x:20270104T000000",
    "DTSTART:99991231T235959Z",
    "DTEND:2027",
    "DURATION:-P1D",
    "RRULE:FREQ=DAILY",
    "SUMMARY;LANGUAGE=\x00:a",
    " x",
    "::",
    ";=",
    "END:VCALENDAR",
]
HOSTILE = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=300).map(str.encode),
    st.lists(st.sampled_from(CSV_PARTS), max_size=40).map(lambda parts: "".join(parts).encode()),
    st.lists(st.sampled_from(ICS_LINES), max_size=14).map(
        lambda lines: "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode()
    ),
)


@settings(max_examples=300)
@given(HOSTILE)
def test_no_file_breaks_the_reader(data: bytes) -> None:
    problems: list[object] = []
    try:
        days = read(data)
    except BadFile as bad:
        days, problems = [], list(bad.problems)
    assert bool(days) != bool(problems)


def test_an_import_says_only_what_is_news() -> None:
    entered = [
        DayException(JANUARY, {"en": "Storm"}, False),
        DayException(date(2027, 1, 5), {"en": "Storm"}, False, "TW-TPE"),
    ]
    days = [
        FileDay(1, date(2027, 1, 1), {"en": "New Year"}, False),  # a holiday already
        FileDay(2, JANUARY, {}, False),  # entered already
        FileDay(3, date(2027, 1, 5), {"en": "Storm"}, True, "TW-TPE", Half.MORNING),  # entered otherwise
        FileDay(4, date(2027, 1, 5), {}, True),  # a working day, but not in Taipei: worth saying
        FileDay(5, date(2027, 1, 6), {"en": "Storm"}, False, "TW-TPE"),
        FileDay(6, date(1901, 1, 1), {"en": "Storm"}, False),  # the library does not reach so far
    ]
    found = plan(days, entered, taiwan_office_calendar())
    assert found.known == 2
    assert [(one.day.line, one.news) for one in found.planned] == [
        (3, News.CHANGED), (4, News.NEW), (5, News.NEW), (6, News.NEW)
    ]  # fmt: skip
