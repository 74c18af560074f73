"""Invented attacks on the town of tests.support.townspeople: each ring is tied by one thing and ordinary otherwise."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

from moderation.coordination import Act
from tests.support.townspeople import DAY, HOUR, Home, Town


def ring(town: Town, style: str, people: int) -> dict[Hashable, Act]:
    """So many false acts in one style, by person; drawn by lot like the town, whose rng is used."""
    acts = RINGS[style](town, people)
    return {f"{style}{n}": replace(act, person=f"{style}{n}") for n, act in enumerate(acts)}


def _made_for_this(town: Town, people: int, span: float) -> list[Act]:
    """Accounts that did little else, made just before, or up to two days or two weeks before they act."""
    newest, start = [(30.0, 900.0), (0.0, 2 * DAY), (0.0, 14 * DAY)][town.rng.randint(3)], town.moment()
    acts = [town.person(start + town.rng.uniform(0, span)) for _ in range(people)]
    return [replace(one, age=town.rng.uniform(*newest), others=town.ballot(0.2)) for one in acts]


def _network(town: Town, people: int) -> list[Act]:
    """Addresses of one to four rented networks, within hours or days."""
    networks = [f"185.{town.rng.randint(256)}.{n}" for n in range(town.rng.randint(1, 5))]
    acts = _made_for_this(town, people, town.rng.uniform(2 * HOUR, 6 * DAY))
    homes = [_rented(town, networks) for _ in acts]
    return [replace(one, network=home[0], address=home[1]) for one, home in zip(acts, homes, strict=True)]


def _rented(town: Town, networks: list[str]) -> Home:
    network = str(town.rng.choice(networks))
    return network, f"{network}.{town.rng.randint(1, 255)}"


def _domain(town: Town, people: int) -> list[Act]:
    """One to six throw-away mail domains."""
    domains = [f"throwaway{n}.example" for n in range(town.rng.randint(1, 7))]
    acts = _made_for_this(town, people, town.rng.uniform(6 * HOUR, 8 * DAY))
    return [replace(one, domain=str(town.rng.choice(domains))) for one in acts]


def _phone(town: Town, people: int) -> list[Act]:
    """Prepaid cards out of one to three ranges of numbers."""
    ranges = [town.phone() for _ in range(town.rng.randint(1, 4))]
    acts = _made_for_this(town, people, town.rng.uniform(6 * HOUR, 8 * DAY))
    return [replace(one, phone=str(town.rng.choice(ranges))) for one in acts]


def _burst(town: Town, people: int) -> list[Act]:
    """From everywhere within three to twenty minutes."""
    return _made_for_this(town, people, town.rng.uniform(3, 20) * 60)


def _votes(town: Town, people: int) -> list[Act]:
    """Ordinary accounts that vote alike, but for some slips."""
    source: frozenset[Hashable] = frozenset()
    while len(source) < 10:
        source = town.ballot(5)
    slips = town.rng.uniform(0, 0.15)
    acts = [town.person(town.some_time()) for _ in range(people)]
    return [replace(one, others=frozenset(vote for vote in source if town.rng.rand() >= slips)) for one in acts]


RINGS: dict[str, Callable[[Town, int], list[Act]]] = {
    "network": _network,
    "domain": _domain,
    "phone": _phone,
    "burst": _burst,
    "votes": _votes,
}
