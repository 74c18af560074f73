"""Signals about links: how many, through whom, and whether they lead where they seem to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from moderation.folding import folded, latin
from moderation.pieces import Passage
from moderation.signals import Signal, SignalKind

_STOP = r"\s<>()\[\]（）「」『』，。；！？、\"'"
_HOST = r"(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,24}"
_LINK = re.compile(rf"(?:https?://|www\.)[^{_STOP}]{{1,2000}}", re.IGNORECASE)
_NAMED = re.compile(r"\[([^\]\n]{1,500})\]\(\s{0,5}<?(https?://[^\s<>)]{1,2000})", re.IGNORECASE)
_SHOWN = re.compile(rf"(?:https?://)?(?P<host>{_HOST})", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link in a text: its host as it is typed, and the text it is shown as, where that is another."""

    host: str
    shown: str
    passage: Passage


def links(text: str) -> list[Link]:
    """Every link of a text in order, named (Markdown) or bare."""
    named = [Link(_host(one.group(2)), one.group(1), Passage(one.start(), one.end())) for one in _NAMED.finditer(text)]
    taken = {place for one in named for place in range(one.passage.start, one.passage.end)}
    bare = (one for one in _LINK.finditer(text) if one.start() not in taken)
    plain = [Link(_host(one.group()), "", Passage(one.start(), one.end())) for one in bare]
    return sorted([*named, *plain], key=lambda link: link.passage.start)


def suspicious_links(text: str, trusted: Iterable[str] = ()) -> list[Signal]:
    """Signals about the links of a text. `trusted`: hosts that count for nothing, with all below them.

    The hosts others try to look like are the trusted ones and those of `hosts.toml`.
    """
    hosts = (*trusted, *_known()["trusted"])
    strange = [link for link in links(text) if not _is_below(link.host, hosts)]
    kinds = (
        (SignalKind.MANY_LINKS, strange if len(strange) > 1 else [], 0.1),
        (SignalKind.SHORT_LINK, [link for link in strange if _is_below(link.host, _known()["shorteners"])], 0.4),
        (SignalKind.FALSE_HOST, [link for link in strange if is_false(link.host, hosts)], 0.9),
        (SignalKind.HIDDEN_LINK, [link for link in strange if _hides(link)], 0.8),
    )
    return [_signal(kind, found, weight) for kind, found, weight in kinds if found]


def is_false(host: str, trusted: Iterable[str]) -> bool:
    """Whether a host looks like a trusted one and is none: look-alike letters, its name as a part, or a bare number.

    >>> is_false("www.gov.tw.verify.example", ["gov.tw"]), is_false("taipei.gov.tw", ["gov.tw"])
    (True, False)
    """
    if _is_number(host):
        return True
    hosts = tuple(trusted)
    if _is_below(host, hosts):
        return False
    seen = folded(_unpuny(host)).text
    if seen != host and (_is_below(seen, hosts) or _mixes(_unpuny(host))):
        return True
    labels = re.split(r"[.-]", seen)
    return any(_holds(labels, known.split(".")) or _swapped(seen, known) for known in hosts)


def _signal(kind: SignalKind, found: list[Link], weight: float) -> Signal:
    score = min(1.0, weight * len(found)) if kind is SignalKind.MANY_LINKS else weight
    return Signal(kind, len(found), score, tuple(link.passage for link in found))


def _hides(link: Link) -> bool:
    shown = _SHOWN.fullmatch(link.shown.strip().rstrip("/")) or _SHOWN.match(link.shown.strip())
    if not shown:
        return False
    host = shown.group("host").casefold()
    return not (_is_below(link.host, [_bare(host)]) or _is_below(_bare(host), [_bare(link.host)]))


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _host(address: str) -> str:
    try:
        return (urlsplit(address if "://" in address else f"https://{address}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_below(host: str, hosts: Iterable[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host.isdigit()
    return True


def _unpuny(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except (UnicodeError, ValueError):
        return host


def _mixes(host: str) -> bool:
    """A label of letters that only look Latin, all of them or some."""
    return any(folded(label).text.isascii() and any(c in latin() for c in label) for label in host.split("."))


def _holds(labels: list[str], known: list[str]) -> bool:
    """The trusted name stands inside another one: `city.gov.tw.evil.example`, `gov-tw.example`."""
    wide = len(known)
    inside: Iterator[list[str]] = (labels[n : n + wide] for n in range(len(labels) - wide + 1))
    return any(part == known for part in inside)


def _swapped(host: str, known: str) -> bool:
    """A trusted name of some length with digits for letters: `bank-tw` is another name, `b4nk.tw` is none."""
    digits = str.maketrans("013457", "oieast")
    return len(known) >= 6 and host != host.translate(digits) and _is_below(host.translate(digits), [known])


@cache
def _known() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("hosts.toml").read_text(encoding="utf-8"))
