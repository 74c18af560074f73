"""Acts that do not look like those of so many people: found with evidence, for a person to decide.

    found = find_coordination(acts)
    for finding in found.findings: ...

Nothing here removes or weighs anything. Honest groups are what the tests are held against: a campus behind one
address, a class within one lesson, a carrier's shared addresses, a domain most people use, a television mention, a
link in a chat group. The ideas: ties at the same time from the same place (CopyCatch: Beutel et al., 2013; SynchroTrap:
Cao et al., 2014), with chances under honest behaviour instead of thresholds, and the share of false findings held
(Benjamini & Hochberg, 1995; Wang & Ramdas, 2022).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from moderation.coordination.acts import Act, table_of
from moderation.coordination.bounds import Bounds
from moderation.coordination.bursts import apart, burst_findings
from moderation.coordination.chances import q_values
from moderation.coordination.findings import Evidence, Finding, Found, Kind, Sign
from moderation.coordination.groups import group_findings
from moderation.coordination.patterns import pattern_findings
from moderation.coordination.signs import scene_of
from moderation.coordination.trends import Trend, hourly_counts, hourly_trends

__all__ = [
    "Act",
    "Bounds",
    "Evidence",
    "Finding",
    "Found",
    "Kind",
    "Sign",
    "Trend",
    "find_coordination",
    "hourly_counts",
    "hourly_trends",
]


def find_coordination(acts: Iterable[Act], bounds: Bounds | None = None) -> Found:
    """Look at the acts on one thing, such as the endorsements of a proposal.

    Of the findings at most the share `bounds.level` is expected to be honest, as far as the bounds of honest
    behaviour hold. The result does not depend on the order of the acts.

    >>> honest = [Act(n, n * 3600.0, network=n, age=1e5 * n) for n in range(400)]
    >>> false = [Act(-n, 9e5 + 60 * n, network=-1, address=-n, age=60.0) for n in range(1, 101)]
    >>> found = find_coordination(honest + false)
    >>> [(one.kind.value, one.key, len(one.members)) for one in found.findings]
    [('network', -1, 100)]
    """
    bounds = bounds or Bounds()
    table = table_of(acts)
    if not table.size:
        return Found()
    scene = scene_of(table, bounds)
    groups = list(group_findings(scene))
    findings = [one for kind in Kind for one in _unlikely([test for test in groups if test.kind is kind], bounds.level)]
    named = {member for one in findings for member in one.members}
    usual = np.array([row for row, person in enumerate(table.people) if person not in named], dtype=np.int64)
    bursts = list(burst_findings(scene, usual))
    findings += apart(_unlikely(bursts, bounds.level))
    findings += pattern_findings(table, bounds.level)
    findings.sort(key=lambda one: (one.q_value, -len(one.members)))
    return Found(tuple(findings), len(groups) + len(bursts))


def _unlikely(tests: list[Finding], level: float) -> list[Finding]:
    """Of the tests of one kind those that hold against all of them."""
    adjusted = q_values([one.q_value for one in tests]).tolist()
    return [replace(one, q_value=q) for one, q in zip(tests, adjusted, strict=True) if q <= level]
