"""Calendar days as iCalendar (RFC 5545): reading what others publish, and publishing a year of ours.

An event is a day, or several, on which offices are closed. Events with times close offices for the morning if they are
over by noon, for the afternoon if they begin at noon or later, and else for the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event

from app.core.calendar import Half
from app.core.language import N_
from app.instance.importing import BadFile, FileDay, Problem, Problems, named

OFFICES = "X-MINYI-OFFICES"
"""What our own files say of a day besides its name; programs that do not know it pass it over (RFC 5545, 3.8.8.2)."""
OPEN = "open"
MAKE_UP = ("補行上班", "補班")
"""Words by which Taiwan's calendars name a Saturday that is worked."""
MAX_EVENT_DAYS = 31
NOON = time(12)


def is_ics(data: bytes) -> bool:
    """Whether a file is meant as iCalendar, judged by its beginning."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def read_ics(data: bytes, timezone: str, problems: Problems) -> list[FileDay]:
    """The days of the file; events that name none are noted in `problems`. Raises `BadFile` if it is no calendar."""
    try:
        text = data.decode("utf-8-sig")
        calendar = Calendar.from_ical(text.lstrip())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The library promises ValueError; files people send are stranger than promises.
        raise BadFile([Problem(0, N_("The file cannot be read as iCalendar."), {})]) from None
    begins = [n for n, line in enumerate(text.splitlines(), 1) if line.strip().upper() == "BEGIN:VEVENT"]
    events = [part for part in calendar.subcomponents if part.name == "VEVENT"]
    days = []
    for line, event in zip(begins, events, strict=False):
        if str(event.get("STATUS", "")).upper() != "CANCELLED":
            days += _days(line, event, timezone, problems)
    return days


def write_ics(days: Sequence[FileDay], name: str, lang: str, host: str, stamp: datetime) -> bytes:
    """An iCalendar of whole days. `name` is the calendar's, `host` makes the identifiers ours, `stamp` is now (UTC)."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Minyi//{host}//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for day in days:
        event = Event()
        event.add("uid", f"{day.day:%Y%m%d}@{host}")
        event.add("dtstamp", stamp)
        event.add("dtstart", day.day)
        event.add("dtend", day.day + timedelta(days=1))
        event.add("summary", day.name.get(lang) or next(iter(day.name.values()), ""))
        event.add("transp", "TRANSPARENT")
        event.add(OFFICES, f"closed-{day.half.value}" if day.half else OPEN if day.works else "closed")
        calendar.add_component(event)
    return calendar.to_ical()


def _days(line: int, event: Component, timezone: str, problems: Problems) -> list[FileDay]:
    if event.get("RRULE") is not None or event.get("RDATE") is not None:
        problems.add(line, N_("This event repeats. Enter each of its days as an event of its own."))
        return []
    try:
        begin, end = (_local(moment, timezone) for moment in _span(event))
        return _spread(line, event, begin, end, problems)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
        problems.add(line, N_("The days of this event cannot be read."))
        return []


def _span(event: Component) -> tuple[date, date]:
    """Begin and end as the event says them; a day without an end is one day, a moment without one is no time."""
    begin = event["DTSTART"].dt
    if event.get("DTEND") is not None:
        return begin, event["DTEND"].dt
    whole = timedelta(0) if isinstance(begin, datetime) else timedelta(days=1)
    return begin, begin + (event["DURATION"].dt if event.get("DURATION") is not None else whole)


def _local(moment: date, timezone: str) -> datetime:
    """Local time without a zone; a day begins at midnight."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    return (
        moment if moment.tzinfo is None else moment.astimezone(UTC).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    )


def _spread(line: int, event: Component, begin: datetime, end: datetime, problems: Problems) -> list[FileDay]:
    count = (end - begin).days + ((end - begin) % timedelta(days=1) > timedelta(0))
    if not 1 <= count <= MAX_EVENT_DAYS:
        problems.add(line, N_("An event lasts between one day and %(most)s days."), most=MAX_EVENT_DAYS)
        return []
    name = str(event.get("SUMMARY", ""))
    offices = str(event.get(OFFICES, "")).lower()
    half = _half(begin, end, offices)
    works = half is not None or offices == OPEN or (not offices and any(word in name for word in MAKE_UP))
    return [FileDay(line, begin.date() + timedelta(days=n), named(name), works, None, half) for n in range(count)]


def _half(begin: datetime, end: datetime, offices: str) -> Half | None:
    if offices:
        return next((half for half in Half if offices == f"closed-{half.value}"), None)
    midnight = datetime.combine(begin.date() + timedelta(days=1), time.min)
    if time.min <= begin.time() < NOON and end <= datetime.combine(begin.date(), NOON):
        return Half.MORNING
    return Half.AFTERNOON if begin.time() >= NOON and end <= midnight else None
