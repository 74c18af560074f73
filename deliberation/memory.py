"""All of a map that outlives it: enough to place a newcomer, and to draw the next map with the same face.

It holds statements and groups, and nobody's place: it can be published with the map, so that anybody can draw the next
map from the votes and compare.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from deliberation.calibration import Calibration
from deliberation.codes import Signs
from deliberation.factors import Size
from deliberation.grouping import Grouping
from deliberation.learning import Learnt
from deliberation.placing import Placed, place_one, placed_at_once
from deliberation.routing import Asked
from deliberation.sizing import Foretold
from deliberation.space import Space, on_paper
from deliberation.votes import Floats, Ints, Votes


@dataclass(frozen=True)
class Place:
    """One person on the map.

    Attributes
    ----------
    position : (x, y)
    uncertainty : (float, float)
        Standard deviation of x and of y.
    membership : tuple of floats
        Sums to 1 over the groups; empty when there are none.
    group : int or None
        The nearest group; None where there are none, or the person has given no opinion.
    pulls : dict of statement id -> (x, y)
        How far each vote moves the person: the position is the sum of the pulls.
    """

    position: tuple[float, float]
    uncertainty: tuple[float, float]
    membership: tuple[float, ...]
    group: int | None
    pulls: dict[Hashable, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class MapMemory:
    """What one map hands to the next. `grouping` is None where it was too early to speak of groups."""

    learnt: Learnt
    grouping: Grouping | None

    def place(self, statements: Iterable[Hashable], values: Iterable[int]) -> Place:
        """Where one person with these votes stands on the map as it is; nobody else moves.

        Votes on statements the map has not seen are left out of account.

        Raises
        ------
        ValueError
            Naming the row that is not a vote.
        """
        known, own, placed, pulls = self._placed(statements, values)
        variances = np.diagonal(placed.covariances, axis1=1, axis2=2)
        groups = self.grouping.groups if self.grouping else None
        x, y = on_paper(placed.places)[0].tolist()
        return Place(
            position=(x, y),
            uncertainty=tuple(np.sqrt(on_paper(variances))[0].tolist()),
            membership=tuple(groups.membership(placed.places, variances)[0].tolist()) if groups else (),
            group=int(groups.nearest(placed.places)[0]) if groups and np.any(own) else None,
            pulls={one: tuple(pull) for one, pull in zip(known, on_paper(pulls).tolist(), strict=True)},
        )

    def asked(self, statements: Iterable[Hashable], values: Iterable[int]) -> Asked:
        """As far as one person with these votes is known, for `ask_next`; votes are read as by `place`."""
        _, _, placed, _ = self._placed(statements, values)
        return Asked(placed.places[0], placed.covariances[0])

    def positions(self, votes: Votes) -> Floats:
        """Where everybody with these votes stands on the map as it is (n_participants, 2), read as by `place`.

        Examples
        --------
        >>> from deliberation import OpinionMap
        >>> votes = Votes.from_triplets([1, 1, 2, 2, 3, 3], [5, 6] * 3, [1, 1, -1, -1, 1, -1])
        >>> fitted = OpinionMap().fit(votes)
        >>> np.allclose(fitted.memory_.positions(votes), fitted.positions_)
        True
        """
        columns = self.rows(votes.statements)
        known = votes.only(columns[votes.columns] >= 0)
        here = columns[known.columns].astype(known.columns.dtype)
        return on_paper(
            placed_at_once(self.learnt.space, replace(known, statements=self.learnt.statements, columns=here)).places
        )

    def rows(self, statements: Iterable[Hashable]) -> Ints:
        """The index of each statement in what the map has learnt, -1 for one it has not seen: `rows` of `ask_next`."""
        return np.array([self._column.get(one, -1) for one in statements], dtype=np.int64)

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back to the last bit; statement ids must be numbers or strings."""
        learnt, grouping = self.learnt, self.grouping
        return {
            "statements": list(learnt.statements),
            "intercepts": learnt.space.intercepts.tolist(),
            "axes": learnt.space.axes.tolist(),
            "precision": learnt.space.precision.tolist(),
            "calibration": [learnt.calibration.slope, learnt.calibration.shift],
            "foretold": [learnt.foretold.hidden, learnt.foretold.right, learnt.foretold.by_popularity],
            "size": [learnt.size.rank, learnt.size.ridge] if learnt.size else None,
            "sized_at": learnt.sized_at,
            "grouping": grouping.to_json() if grouping else None,
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> MapMemory:
        """What `to_json` gave."""
        statements = tuple(plain["statements"])
        axes = np.array(plain["axes"], dtype=np.float64).reshape(len(plain["axes"]), len(statements))
        precision = np.array(plain["precision"], dtype=np.float64).reshape(len(axes), len(axes))
        size = Size(int(plain["size"][0]), float(plain["size"][1])) if plain["size"] else None
        learnt = Learnt(
            statements,
            Space(np.array(plain["intercepts"], dtype=np.float64), axes, precision),
            Calibration(*plain["calibration"]),
            Foretold(*plain["foretold"]),
            size,
            int(plain["sized_at"]),
        )
        return cls(learnt, Grouping.from_json(plain["grouping"]) if plain["grouping"] else None)

    def _placed(
        self, statements: Iterable[Hashable], values: Iterable[int]
    ) -> tuple[list[Hashable], Signs, Placed, Floats]:
        """The statements the map has seen, all votes, the place, and the pulls (n_known, n_axes)."""
        asked = list(statements)
        own = Votes.from_triplets([0] * len(asked), asked, values)
        known = [i for i, one in enumerate(own.statements) if one in self._column]
        titles = [own.statements[i] for i in known]
        return titles, own.values, *place_one(self.learnt.space, self.rows(titles), own.values[known])

    @cached_property
    def _column(self) -> dict[Hashable, int]:
        return {one: i for i, one in enumerate(self.learnt.statements)}
