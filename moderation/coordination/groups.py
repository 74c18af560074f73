"""Groups that share a network, an address, a domain, a range of numbers or a pattern of names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from moderation.coordination.acts import Bools, Ints, Table
from moderation.coordination.chances import size_tail
from moderation.coordination.findings import Evidence, Finding, Kind, Sign, weighed
from moderation.coordination.signs import Scene, clumped, created, in_order, new, newcomers, together

KEYS = (Kind.NETWORK, Kind.ADDRESS, Kind.DOMAIN, Kind.PHONE, Kind.NAME)
PLACES = (Kind.NETWORK, Kind.ADDRESS)
# A sign this unlikely says who is meant; who has none of these signs is left out.
TELLING = 0.01
# A pattern so many times as frequent as elsewhere, and the share of a domain's people with such patterns from which
# the domain gives them.
SURPLUS = 3
OWN_FORMAT = 0.3
ENOUGH_ELSEWHERE = 0.1


def group_findings(scene: Scene) -> Iterator[Finding]:
    """Every group of enough people with its evidence; `q_value` holds the p-value until all tests are known."""
    for kind in KEYS:
        groups = scene.table.keys[kind.value].groups(scene.bounds.fewest)
        groups = [rows for rows in groups if len(rows) <= scene.bounds.common * scene.table.size]
        usual = sum(len(rows) ** 0.5 for rows in groups) / max(len(groups), 1)
        for rows in groups:
            if kind is Kind.NAME and _gives_names(scene.table, rows):
                continue
            found = _looked_at(scene, kind, rows)
            # A large group may be found more easily than a small one (weights: Genovese, Roeder & Wasserman, 2006).
            yield replace(found, q_value=min(found.q_value * usual / len(rows) ** 0.5, 1.0))


def _looked_at(scene: Scene, kind: Kind, rows: Ints) -> Finding:
    """One group: the signs, and those of its members whom they concern."""
    key = scene.table.keys[kind.value].names[scene.table.keys[kind.value].codes[rows[0]]]
    evidence: list[Evidence] = []
    if kind is Kind.NAME:
        evidence += [sign for sign in (_names(scene.table, rows), in_order(scene, rows)) if sign]
    told = np.zeros(len(rows), dtype=bool)
    told[:] = any(sign.p_value <= TELLING for sign in evidence)
    for look in (clumped, new, newcomers, created, *((together,) if kind in PLACES else ())):
        found = look(scene, rows)
        if found is None or not _speaks(scene.table, rows, found):
            continue
        evidence.append(found[0])
        if found[0].p_value <= TELLING:
            told |= found[1]
    if told.any():
        rows = rows[told]
    evidence.sort(key=lambda sign: sign.p_value)
    people = tuple(scene.table.people[row] for row in rows)
    return Finding(kind, key, people, tuple(evidence), weighed(evidence))


def _speaks(table: Table, rows: Ints, found: tuple[Evidence, Bools]) -> bool:
    """Acting together at one address is a hall full of people; it says something where the addresses differ."""
    if found[0].sign is not Sign.TOGETHER:
        return True
    addresses = table.keys["address"].codes[rows[found[1]]]
    return bool(len(np.unique(addresses[addresses >= 0])) >= found[1].sum() / 3)


def _names(table: Table, rows: Ints) -> Evidence | None:
    """More names of one pattern at a domain than the pattern's popularity at other domains makes likely."""
    here, _own, elsewhere, scale = _patterns(table, rows)
    if not np.isfinite(scale):
        return None
    expected = float(scale * (elsewhere[table.keys["pattern"].codes[rows[0]]] + 1))
    return Evidence(Sign.NAMES, len(rows), here, expected, size_tail(len(rows), expected))


def _gives_names(table: Table, rows: Ints) -> bool:
    """Whether the domain itself gives such names, as a university does: many of its people have a pattern, whichever,
    that is unusual elsewhere. Then the names tie nobody, and their numbers are seats in a class."""
    here, own, elsewhere, scale = _patterns(table, rows)
    given = own > SURPLUS * (scale * (elsewhere + 1) + 1)
    return bool(own[given].sum() > OWN_FORMAT * here)


def _patterns(table: Table, rows: Ints) -> tuple[int, Ints, Ints, float]:
    """People at the domain of `rows`; how many have each pattern there and elsewhere; and the ratio of both crowds,
    infinite where elsewhere are too few to tell."""
    domains, patterns = table.keys["domain"].codes, table.keys["pattern"].codes
    here = domains == domains[rows[0]]
    own = np.bincount(patterns[(patterns >= 0) & here], minlength=int(patterns.max()) + 1)
    elsewhere = np.bincount(patterns[(patterns >= 0) & ~here], minlength=len(own))
    others = int((domains >= 0).sum() - here.sum())
    enough = others >= ENOUGH_ELSEWHERE * table.size
    return int(here.sum()), own, elsewhere, float(here.sum() / others) if enough else float("inf")
