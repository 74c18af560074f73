"""How many take part, and who is asked what: the same for every family of views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from deliberation.simulate.planted import Codes, Planted, Truth, Views

# People are drawn in chunks of about this many cells of people x statements.
CHUNK_CELLS = 4_000_000
# Late statements arrive between these shares of all people.
LATE_FROM, LATE_UNTIL = 0.6, 0.95


class Setting(TypedDict, total=False):
    """The fields of `Scene`, given by name to a family."""

    n_people: int
    n_statements: int
    votes_each: float
    activity: float
    passing: float
    leaning: float
    sizes: Sequence[float] | None
    liked: float
    late: float
    noise: float
    random_state: int


@dataclass(frozen=True)
class Scene:
    """Everything about a conversation but what people think.

    Parameters
    ----------
    n_people, n_statements : int
    votes_each : float
        Votes per person; never more than there are statements.
    activity : float
        0: everybody votes equally often. Else the sigma of a lognormal about `votes_each`, at least one vote each;
        1 is the long tail of an open web site.
    passing : float
        Usual share of passes.
    leaning : float
        Standard deviation of how readily people agree with anything, in log-odds.
    sizes : sequence of floats, optional
        Relative sizes of the groups; equal if absent.
    liked : float
        Share of statements that everybody likes.
    late : float
        Share of statements that arrive late, and so are seen by few.
    noise : float
        Share of people who answer at random. They are in group -1.
    random_state : int

    Raises
    ------
    ValueError
        Naming what is out of range.
    """

    n_people: int = 400
    n_statements: int = 80
    votes_each: float = 30.0
    activity: float = 0.0
    passing: float = 0.1
    leaning: float = 0.0
    sizes: Sequence[float] | None = None
    liked: float = 0.0
    late: float = 0.0
    noise: float = 0.0
    random_state: int = 0

    def __post_init__(self) -> None:
        for name in ("n_people", "n_statements", "votes_each"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1, not {getattr(self, name)}")
        for name in ("passing", "liked", "late", "noise"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is a share from 0 to below 1, not {getattr(self, name)}")
        for name in ("activity", "leaning"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is at least 0, not {getattr(self, name)}")

    def groups(self, n_groups: int, rng: np.random.Generator) -> Codes:
        """A group for everybody, in the relative sizes asked for; -1 for those who answer at random."""
        shares = np.ones(n_groups) if self.sizes is None else np.asarray(self.sizes, dtype=np.float64)
        if n_groups < 1 or shares.shape != (n_groups,) or not (shares > 0).all():
            raise ValueError(f"{n_groups} groups need as many sizes above 0, not {self.sizes}")
        n_noise = int(self.noise * self.n_people)
        n_settled = self.n_people - n_noise
        ends = np.cumsum(shares / shares.sum()) * n_settled
        groups = np.minimum(np.searchsorted(ends.round(), np.arange(n_settled), side="right"), n_groups - 1)
        if len(np.unique(groups)) < n_groups:
            raise ValueError(f"{n_settled} people are too few for {n_groups} groups of these sizes")
        return rng.permutation(np.append(groups, np.full(n_noise, -1))).astype(np.int32)

    def voted(self, views: Views, groups: Codes, n_groups: int, rng: np.random.Generator) -> Planted:
        """The conversation of people with these views."""
        liked = np.zeros(self.n_statements, dtype=np.bool_)
        liked[rng.permutation(self.n_statements)[: int(self.liked * self.n_statements)]] = True
        sources = np.arange(self.n_people, dtype=np.int32)
        leanings = self.leaning * rng.standard_normal(self.n_people)
        truth = Truth(groups, n_groups, views, sources, liked, leanings, self.passing)
        arrivals = self._arrivals(rng)
        there = np.searchsorted(arrivals, sources, side="right").astype(np.int32)
        participants, statements, values = _asked(truth, np.minimum(self._counts(rng), there), arrivals, rng)
        return Planted(participants, statements, values, truth)

    def _counts(self, rng: np.random.Generator) -> Codes:
        """Votes each person would cast, if there were enough statements."""
        tail = np.exp(self.activity * rng.standard_normal(self.n_people) - self.activity**2 / 2)
        return np.maximum(1, (self.votes_each * tail).round()).astype(np.int32)

    def _arrivals(self, rng: np.random.Generator) -> Codes:
        """The first person each statement can be shown to (n_statements,), ascending: the last statements come late."""
        arrivals = np.zeros(self.n_statements, dtype=np.int32)
        n_late = int(self.late * self.n_statements)
        if n_late:
            shares = np.sort(rng.uniform(LATE_FROM, LATE_UNTIL, n_late))
            arrivals[-n_late:] = (shares * self.n_people).astype(np.int32)
        return arrivals


def _asked(
    truth: Truth, counts: Codes, arrivals: Codes, rng: np.random.Generator
) -> tuple[Codes, Codes, NDArray[np.int8]]:
    """Everybody is asked as many statements as `counts` (n_people,) says, drawn by lot among those that are there."""
    total = int(counts.sum(dtype=np.int64))
    participants, statements = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.int32)
    values = np.empty(total, dtype=np.int8)
    filled = 0
    for people, asked in _drawn(counts, arrivals, rng):
        part = slice(filled, filled + len(people))
        participants[part], statements[part] = people, asked
        values[part] = truth.answers(people, asked, rng)
        filled = part.stop
    return participants, statements, values


def _drawn(counts: Codes, arrivals: Codes, rng: np.random.Generator) -> Iterator[tuple[Codes, Codes]]:
    """Pairs of person and statement, a chunk of people at a time.

    Selection sampling (Knuth 1969, The Art of Computer Programming 2, algorithm S), many people at once: the next
    statement is taken with the number still needed over the number still left. Every subset is equally likely.
    """
    n, m = len(counts), len(arrivals)
    size = max(1, CHUNK_CELLS // m)
    for start in range(0, n, size):
        needed = counts[start : start + size].copy()
        chosen = np.zeros((m, len(needed)), dtype=np.bool_)
        first = np.clip(arrivals - start, 0, len(needed))
        left = np.searchsorted(arrivals, np.arange(start, start + len(needed)), side="right")
        for column, begin in enumerate(first.tolist()):
            taken = rng.random(len(needed) - begin, dtype=np.float32) * left[begin:] < needed[begin:]
            chosen[column, begin:] = taken
            needed[begin:] -= taken
            left -= 1
        people, asked = np.nonzero(np.ascontiguousarray(chosen.T))
        yield (people + start).astype(np.int32), asked.astype(np.int32)
