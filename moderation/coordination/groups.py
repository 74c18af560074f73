"""Groups that share a network, an address, a domain, a range of numbers or a pattern of names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from moderation.coordination.acts import Bools, Ints, Table
from moderation.coordination.chances import size_tail
from moderation.coordination.chances import together as combined
from moderation.coordination.findings import Evidence, Finding, Kind, Sign
from moderation.coordination.signs import Scene, clumped, created, in_order, new, together

KEYS = (Kind.NETWORK, Kind.ADDRESS, Kind.DOMAIN, Kind.PHONE, Kind.NAME)
# A sign this unlikely says who is meant; who has none of these signs is left out.
TELLING = 0.01
OWN_FORMAT = 0.3


def group_findings(scene: Scene) -> Iterator[Finding]:
    """Every group of enough people with its evidence; `q_value` holds the p-value until all tests are known."""
    for kind in KEYS:
        column = scene.table.keys[kind.value]
        for rows in column.groups(scene.bounds.fewest):
            if len(rows) <= scene.bounds.common * scene.table.size:
                yield _looked_at(scene, kind, rows)


def _looked_at(scene: Scene, kind: Kind, rows: Ints) -> Finding:
    """One group: the signs, and those of its members whom they concern."""
    key = scene.table.keys[kind.value].names[scene.table.keys[kind.value].codes[rows[0]]]
    evidence: list[Evidence] = []
    if kind is Kind.NAME:
        evidence += [sign for sign in (_names(scene.table, rows), in_order(scene, rows)) if sign]
    told = np.zeros(len(rows), dtype=bool)
    told[:] = any(sign.p_value <= TELLING for sign in evidence)
    rush = clumped if kind in (Kind.DOMAIN, Kind.PHONE, Kind.NAME) else together
    for look in (rush, new, created):
        found = look(scene, rows)
        if found is None or not _speaks(scene.table, kind, rows, found):
            continue
        evidence.append(found[0])
        if found[0].p_value <= TELLING:
            told |= found[1]
    if told.any():
        rows = rows[told]
    evidence.sort(key=lambda sign: sign.p_value)
    p_value = combined([sign.p_value for sign in evidence])
    return Finding(kind, key, tuple(scene.table.people[row] for row in rows), tuple(evidence), p_value)


def _speaks(table: Table, kind: Kind, rows: Ints, found: tuple[Evidence, Bools]) -> bool:
    """Acting together at one address is a hall full of people; it says something where the addresses differ."""
    if found[0].sign is not Sign.TOGETHER or kind not in (Kind.NETWORK, Kind.ADDRESS):
        return True
    addresses = table.keys["address"].codes[rows[found[1]]]
    return bool(len(np.unique(addresses[addresses >= 0])) >= found[1].sum() / 3)


def _names(table: Table, rows: Ints) -> Evidence | None:
    """More names of one pattern at a domain than the pattern's popularity at other domains makes likely.

    Nothing is said where the domain itself gives such names, as universities do.
    """
    column, domains = table.keys["name"], table.keys["domain"].codes
    here = domains == domains[rows[0]]
    elsewhere = int((domains >= 0).sum() - here.sum())
    if len(rows) > OWN_FORMAT * here.sum() or elsewhere < 0.1 * table.size:
        return None
    patterns = [name[0] for name in column.names if isinstance(name, tuple)]
    pattern = patterns[column.codes[rows[0]]]
    same = [code for code, other in enumerate(patterns) if other == pattern]
    seen = int(np.isin(column.codes, same).sum()) - len(rows)
    expected = here.sum() / elsewhere * (seen + 1)
    chance = size_tail(len(rows), expected)
    return Evidence(Sign.NAMES, len(rows), int(here.sum()), float(expected), chance)
