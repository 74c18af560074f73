"""What may be published about groups, so that neither one map nor two maps in a row give away what few people said.

A cell of a table that stands for fewer than `FEWEST_PEOPLE` is suppressed, and another with it where it could be worked
out from the sum (complementary suppression, Willenborg and de Waal 2001, "Elements of Statistical Disclosure Control").
Between two maps a row is told anew only if every sum an observer can form of its parts has moved by nobody or by at
least so many people; until then the row told before stands (differencing attack, the same, section 1.4).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

FEWEST_PEOPLE = 5
# The people who answered but are in no group that is told of.
REST = -1

Answers = tuple[int, ...]
Parts = dict[int, Answers]


@dataclass(frozen=True)
class Row:
    """What is told of a statement: [agree, disagree, pass] of everyone and of each group; None is suppressed."""

    everyone: Answers | None
    groups: tuple[Answers | None, ...]

    @property
    def parts(self) -> Parts:
        """The groups told of, by number, and the rest; nothing where everyone is suppressed."""
        if self.everyone is None:
            return {}
        told = {number: answers for number, answers in enumerate(self.groups) if answers is not None}
        return told | {REST: _less(self.everyone, list(told.values()))}


@dataclass(frozen=True)
class Exposure:
    """A sum over `before` that became the sum over `after` by the doing of `people` only; `statement` None: sizes."""

    statement: Hashable | None
    before: tuple[int, ...]
    after: tuple[int, ...]
    people: int


@dataclass(frozen=True)
class Published:
    """The numbers of a published map: rows by statement, and the exact sizes of the groups told of, by number."""

    rows: Mapping[Hashable, Row] = field(default_factory=dict)
    sizes: Mapping[int, int] = field(default_factory=dict)


def suppressed(everyone: Answers, groups: Sequence[Answers]) -> Row:
    """A row without parts of fewer than `FEWEST_PEOPLE`, told or to be worked out.

    One group left out could be worked out from the others and everyone; where so few are left, the next goes with it.
    So few people in no group are left out of everyone.

    >>> suppressed((20, 3, 0), [(17, 0, 0), (3, 3, 0)])
    Row(everyone=(20, 3, 0), groups=((17, 0, 0), (3, 3, 0)))
    >>> suppressed((20, 3, 0), [(17, 0, 0), (3, 0, 0)])
    Row(everyone=(20, 3, 0), groups=((17, 0, 0), None))
    >>> suppressed((20, 1, 0), [(18, 0, 0), (2, 0, 0)])
    Row(everyone=(20, 1, 0), groups=(None, None))
    """
    order = sorted(range(len(groups)), key=lambda g: sum(groups[g]))
    shown = [g for g in order if sum(groups[g]) >= FEWEST_PEOPLE]
    if shown and all(sum(one) == 0 or sum(one) >= FEWEST_PEOPLE for one in groups):
        rest = sum(_less(everyone, groups))
        if rest < FEWEST_PEOPLE:
            everyone = _sum(groups, len(everyone))
    else:
        while shown and sum(_less(everyone, [groups[g] for g in shown])) < FEWEST_PEOPLE:
            shown.pop(0)
    if sum(everyone) < FEWEST_PEOPLE:
        return Row(None, (None,) * len(groups))
    return Row(everyone, tuple(one if g in shown else None for g, one in enumerate(groups)))


def next_row(now: Row, told: Row | None, told_before: Row | None = None) -> Row:
    """What to tell of a statement: the row as it is `now`, or, while too few people have moved it, the one `told` last.

    `told_before` is the last row that told of groups, where `told` no longer does. Where the number of groups has
    changed meanwhile, the row told last stays without its groups.
    """
    if told is None or not any(exposed(row, now) for row in (told, told_before) if row):
        return now
    return told if len(told.groups) == len(now.groups) else Row(told.everyone, (None,) * len(now.groups))


def next_sizes(now: Mapping[int, int], told: Mapping[int, int]) -> dict[int, int] | None:
    """The sizes of groups to tell, by number: as they are, or, while too few people have moved them, as told last.

    None where there are other groups than last time and too few have moved: `rounded` sizes may be told then.

    >>> next_sizes({0: 22, 1: 18}, {0: 20, 1: 18}), next_sizes({0: 25, 1: 18}, {0: 20, 1: 18})
    ({0: 20, 1: 18}, {0: 25, 1: 18})
    >>> next_sizes({0: 12, 1: 18, 2: 9}, {0: 20, 1: 18})
    """
    if not any(_moved_by_few(_as_parts(told), _as_parts(now))):
        return dict(now)
    return dict(told) if told.keys() == now.keys() else None


def rounded(sizes: Mapping[int, int]) -> dict[int, int]:
    """Sizes down to a multiple of `FEWEST_PEOPLE`: nobody can tell by how many they have moved.

    >>> rounded({0: 12, 1: 18, 2: 9})
    {0: 10, 1: 15, 2: 5}
    """
    return {number: size // FEWEST_PEOPLE * FEWEST_PEOPLE for number, size in sizes.items()}


def exposed(before: Row, after: Row) -> bool:
    """Whether the two rows together tell what fewer than `FEWEST_PEOPLE` said or changed."""
    return any(_moved_by_few(*_comparable(before, after)))


def gives_away(before: Published, after: Published) -> list[Exposure]:
    """Everything two published maps together tell of fewer than `FEWEST_PEOPLE`: the attack this module guards against.

    The observer compares each group with the one of the same number, and every union of groups with the same union,
    with or without those that are new or gone.
    """
    found = [
        Exposure(statement, *exposure)
        for statement in before.rows.keys() & after.rows.keys()
        for exposure in _moved_by_few(*_comparable(before.rows[statement], after.rows[statement]))
    ]
    sizes = _moved_by_few(_as_parts(before.sizes), _as_parts(after.sizes))
    return found + [Exposure(None, *exposure) for exposure in sizes]


def moved(before: Answers, after: Answers) -> int:
    """How many people at least it takes to turn some answers into others: each can leave one cell and enter another.

    >>> moved((20, 18, 0), (19, 19, 0)), moved((20, 18, 0), (22, 18, 3))
    (1, 5)
    """
    changes = [new - old for old, new in zip(before, after, strict=True)]
    return max(sum(one for one in changes if one > 0), -sum(one for one in changes if one < 0))


def _comparable(before: Row, after: Row) -> tuple[Parts, Parts]:
    """The parts of two rows; with the same groups in both, those suppressed in one are with the rest in both."""
    one, other = before.parts, after.parts
    if one and other and len(before.groups) == len(after.groups):
        shared = one.keys() & other.keys() - {REST}
        return _merged(one, shared), _merged(other, shared)
    return one, other


def _as_parts(sizes: Mapping[int, int]) -> Parts:
    return {number: (size,) for number, size in sizes.items()}


def _merged(parts: Parts, kept: set[int]) -> Parts:
    rest = [answers for number, answers in parts.items() if number not in kept]
    return {number: parts[number] for number in sorted(kept)} | {REST: _sum(rest, len(parts[REST]))}


def _moved_by_few(before: Parts, after: Parts) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], int]]:
    """Unions of parts before and after between which 1 to 4 people make the difference."""
    if not before or not after:
        return
    width = len(next(iter(before.values())))
    for union in _subsets(before.keys() | after.keys()):
        one, other = tuple(g for g in union if g in before), tuple(g for g in union if g in after)
        if not one or not other:
            continue
        people = moved(_sum([before[g] for g in one], width), _sum([after[g] for g in other], width))
        if 0 < people < FEWEST_PEOPLE:
            yield one, other, people


def _subsets(numbers: set[int]) -> Iterator[tuple[int, ...]]:
    listed = sorted(numbers)
    for size in range(1, len(listed) + 1):
        yield from combinations(listed, size)


def _sum(answers: Sequence[Answers], width: int) -> Answers:
    return tuple(map(sum, zip(*answers, strict=True))) if answers else (0,) * width


def _less(everyone: Answers, parts: Sequence[Answers]) -> Answers:
    return tuple(whole - sum(part[i] for part in parts) for i, whole in enumerate(everyone))
