"""What an agency may post, and how an issue lives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from app.core.language import LANGUAGES, N_
from app.core.lifecycle import Lifecycle

TITLE_MAX = 200
SUMMARY_MAX = 500
AREA_MAX = 80
MARKDOWN_MAX = 20_000
NOTE_MAX = 200
REASON_MAX = 1_000
ATTACHMENTS_MAX = 20
SLUG_MAX = 60
OPEN_DAYS_MAX = 366

LONGEST = {
    "title": TITLE_MAX,
    "summary": SUMMARY_MAX,
    "background": MARKDOWN_MAX,
    "still_open": MARKDOWN_MAX,
    "decided": MARKDOWN_MAX,
    "area": AREA_MAX,
}
"""The texts of an issue, in the order they are read, and how many characters each may have."""

TERMS_MAX = 12
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_SAYS_NOTHING = frozenset(["and", "are", "but", "for", "from", "has", "have", "not", "that", "the", "this", "with"])


class IssueState(StrEnum):
    """The life of an issue."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


ISSUE_LIFECYCLE = Lifecycle(
    {
        IssueState.DRAFT: frozenset({IssueState.OPEN, IssueState.WITHDRAWN}),
        IssueState.OPEN: frozenset({IssueState.CLOSED, IssueState.WITHDRAWN}),
        IssueState.CLOSED: frozenset({IssueState.ANSWERED}),
    }
)


class PromiseLevel(StrEnum):
    """How far the agency goes with the people: the spectrum of public participation of IAP2 (iap2.org)."""

    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    COLLABORATE = "collaborate"
    DECIDE = "decide"


@dataclass(frozen=True)
class IssueTexts:
    """The texts of an issue in one language. Nothing but empty texts: the issue is not told in this language."""

    lang: str
    title: str = ""
    summary: str = ""
    background: str = ""
    still_open: str = ""
    decided: str = ""
    area: str = ""


@dataclass(frozen=True)
class IssueTerms:
    """What is the same in every language. `lead` and `co` are slugs of agencies."""

    promise: PromiseLevel
    closes_on: date | None
    lead: str
    co: tuple[str, ...] = ()
    opens_on: date | None = None
    """None: as soon as it is approved."""


def text_problems(texts: IssueTexts, *, is_only_language: bool) -> dict[str, str]:
    """Field -> message id for what cannot be taken. A draft may leave open everything but its title."""
    wrong = {
        name: N_("This text is too long.") for name, longest in LONGEST.items() if len(getattr(texts, name)) > longest
    }
    if texts.lang not in LANGUAGES:
        wrong["lang"] = N_("Please choose a language from the list.")
    says_something = any(getattr(texts, name) for name in LONGEST)
    if not texts.title and (says_something or is_only_language):
        wrong["title"] = N_("Please give the issue a title.")
    return wrong


def date_problem(closes_on: date | None, today: date, promised: date | None = None) -> str | None:
    """Why an issue cannot close on this day, as a message id. `promised`: the day that was published, if any."""
    if closes_on is None:
        return N_("Please say until when people can take part.") if promised else None
    if promised is not None and closes_on < promised:
        return N_("The closing date was published. It can only be moved later.")
    if closes_on != promised and closes_on <= today:
        return N_("The closing date must be tomorrow or later.")
    if closes_on > today + timedelta(days=OPEN_DAYS_MAX):
        return N_("The closing date may be at most one year ahead.")
    return None


def opening_problem(opens_on: date | None, closes_on: date | None) -> dict[str, str]:
    """Field -> message id if the first day comes after the last one."""
    if opens_on is not None and closes_on is not None and opens_on > closes_on:
        return {"opens_on": N_("The first day must not come after the last one.")}
    return {}


def unready(
    title: Mapping[str, str],
    summary: Mapping[str, str],
    still_open: Mapping[str, str],
    closes_on: date | None,
    today: date,
) -> dict[str, str]:
    """Field -> message id for what a draft still lacks before it can be published.

    One language with title, summary and what is open is enough; the others may tell less.

    >>> unready({"en": "Buses"}, {"en": "When?"}, {}, date(2026, 11, 30), date(2026, 11, 4))
    {'still_open': 'Please say what is still open, so that people know what they can change.'}
    """
    needed = {"title": title, "summary": summary, "still_open": still_open}
    words = {
        "title": N_("Please give the issue a title."),
        "summary": N_("Please write a summary in plain words."),
        "still_open": N_("Please say what is still open, so that people know what they can change."),
    }
    best = min(title or {"": ""}, key=lambda lang: sum(not texts.get(lang) for texts in needed.values()))
    wrong = {name: words[name] for name, texts in needed.items() if not texts.get(best)}
    day_words = date_problem(closes_on, today)
    if closes_on is None:
        day_words = N_("Please say until when people can take part.")
    return wrong | ({"closes_on": day_words} if day_words else {})


def addresses(title_en: str, number: int) -> Iterator[str]:
    """Addresses for an issue, the best first: from its English title, else by number.

    >>> from itertools import islice
    >>> list(islice(addresses("Night buses: how late?", 7), 2)), next(addresses("", 7))
    (['night-buses-how-late', 'night-buses-how-late-2'], 'issue-7')
    """
    plain = unicodedata.normalize("NFKD", title_en).encode("ascii", "ignore").decode().lower()
    base = "-".join(re.findall(r"[a-z0-9]+", plain.replace("'", "")))
    if len(base) > SLUG_MAX:
        base = base[: SLUG_MAX + 1].rpartition("-")[0] or base[:SLUG_MAX]
    if base and not base.isdigit():
        yield base
        yield from (f"{base}-{n}" for n in range(2, 100))
    yield from (f"issue-{n}" for n in range(number, number + 100))


def is_numbered(slug: str) -> bool:
    """Whether an address is only a number, for want of an English title."""
    return re.fullmatch(r"issue-[0-9]+", slug) is not None


def search_terms(question: str) -> list[str]:
    """What to look for when somebody asks in a sentence: words, and in Chinese every two characters that meet.

    >>> search_terms("No bus home after ten?")
    ['bus', 'home', 'after', 'ten']
    >>> search_terms("夜間公車")
    ['夜間', '間公', '公車']
    """
    found: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", question).lower()):
        if re.match(f"[{_HAN}]", run):
            found += [run[n : n + 2] for n in range(max(1, len(run) - 1))]
        elif len(run) > 2 or run.isdigit():
            found.append(run)
    told = [term for term in dict.fromkeys(found) if term not in _SAYS_NOTHING]
    return (told or list(dict.fromkeys(found)) or [question.strip().lower()])[:TERMS_MAX]


def terms_needed(terms: int) -> int:
    """How many of its terms an issue must hold to be an answer: both of two, of a sentence an eighth.

    Most pairs of characters of a Chinese sentence are no word; the best answers stand first anyway.
    """
    return terms if terms <= 2 else ceil(terms / 8)
