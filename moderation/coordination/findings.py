"""What was found, as plain data: the application puts it into words, and a person decides."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from moderation.coordination.chances import together


class Kind(StrEnum):
    """What ties people together."""

    NETWORK = "network"
    ADDRESS = "address"
    DOMAIN = "domain"
    PHONE = "phone"
    NAME = "name"
    BURST = "burst"
    PATTERN = "pattern"


class Sign(StrEnum):
    """What about a tie is unlikely among honest people."""

    NEW = "new"  # accounts younger, or with less else done, than other people's at the same hours
    CREATED = "created together"  # accounts made within a short time, long before the act
    TOGETHER = "acting together"  # more at once, each from an address of their own, than a gathering explains
    CLUMPED = "within a short time"  # sittings closer to each other than everybody's
    NAMES = "many look-alike names"  # more names of one pattern than its popularity explains
    ORDER = "in order"  # the numbers in the names run with the time
    SHARP = "sharp burst"  # nearly all within minutes, and hardly anybody after
    NEWCOMERS = "newcomers at once"  # more new accounts in a burst or room than honest calls bring
    PREPARED = "prepared"  # accounts made hours to days before a burst that had not begun
    COPIED = "same other acts"


# One honest reason explains any one of the others: a letter to all, a call on television, a hall full of people, a day
# on which a company registered its staff.
ALONE = frozenset({Sign.NEW, Sign.NAMES, Sign.PREPARED, Sign.COPIED})
SOME = 0.05


@dataclass(frozen=True)
class Evidence:
    """One sign in numbers: `count` of `of` people (or sittings), where at most `expected` are so among honest people.

    `p_value` bounds the chance of this under honest behaviour, all places looked at counted in. `within` says the
    window in seconds where there is one.
    """

    sign: Sign
    count: int
    of: int
    expected: float
    p_value: float
    within: float | None = None


@dataclass(frozen=True)
class Finding:
    """People tied by one thing, and why that is unlikely among honest people.

    Attributes
    ----------
    kind, key : what ties them, and which one (a network, a domain, a name pattern; a moment for a burst)
    members : ids, in order of their acts
    evidence : least likely first
    q_value : listing all findings up to it, this share of them is expected to be honest
    """

    kind: Kind
    key: Hashable
    members: tuple[Hashable, ...]
    evidence: tuple[Evidence, ...]
    q_value: float


@dataclass(frozen=True)
class Found:
    """All findings, the least likely first, of `tested` ties looked at; the ties between people are their graph."""

    findings: tuple[Finding, ...] = ()
    tested: int = 0

    @property
    def people(self) -> frozenset[Hashable]:
        """Everybody named."""
        return frozenset(member for one in self.findings for member in one.members)

    def graph(self) -> dict[Hashable, tuple[tuple[Kind, Hashable], ...]]:
        """Who is tied by what: person -> (kind, key), and two people are tied who share one of them.

        >>> one = Finding(Kind.DOMAIN, "mail.example", ("a", "b"), (), 0.001)
        >>> Found((one,)).graph()["a"]
        ((<Kind.DOMAIN: 'domain'>, 'mail.example'),)
        """
        ties: dict[Hashable, list[tuple[Kind, Hashable]]] = {}
        for one in self.findings:
            for member in one.members:
                ties.setdefault(member, []).append((one.kind, one.key))
        return {person: tuple(found) for person, found in ties.items()}

    def clusters(self) -> tuple[tuple[Hashable, ...], ...]:
        """People connected through any ties, the largest first."""
        return _connected(one.members for one in self.findings)


def weighed(evidence: Sequence[Evidence]) -> float:
    """One p-value from the signs of a tie; 1 where all there is is one sign that has common honest reasons.

    >>> weighed([Evidence(Sign.CLUMPED, 9, 9, 0.1, 1e-9), Evidence(Sign.NEW, 4, 9, 4.0, 0.4)])
    1.0
    """
    speak = [one.sign for one in evidence if one.p_value <= SOME]
    if len(speak) < 2 and not ALONE.intersection(speak):
        return 1.0
    return together([one.p_value for one in evidence])


def _connected(groups: Iterable[tuple[Hashable, ...]]) -> tuple[tuple[Hashable, ...], ...]:
    above: dict[Hashable, Hashable] = {}

    def root(one: Hashable) -> Hashable:
        above.setdefault(one, one)
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for members in groups:
        for member in members:
            above[root(member)] = root(members[0])
    parts: dict[Hashable, list[Hashable]] = {}
    for one in above:
        parts.setdefault(root(one), []).append(one)
    return tuple(sorted((tuple(part) for part in parts.values()), key=len, reverse=True))
