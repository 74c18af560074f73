"""Which statement Polis asks about next.

Statements are drawn with chances in proportion to a priority that favours what is agreed with, seldom passed on, far
from the centre of the map, and new. Disagreed-with statements are asked about less. red-dwarf 0.4.0 has the same
priority and no draw.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from deliberation.codes import canonical_order
from deliberation.polis.representative import smoothed_rate
from deliberation.votes import Floats

META_PRIORITY = 7.0
# An unseen statement weighs 1 + 8 times as much as a well-known one; half of the extra is gone after 5 votes.
NEWNESS = 8.0
HALVED_BY = 5.0
# Weight of a statement whose priority is not known yet.
UNKNOWN = 1.0


def priorities(
    agreed: ArrayLike, passed: ArrayLike, answered: ArrayLike, extremity: ArrayLike, meta: ArrayLike = False
) -> Floats:
    """Weight of each statement in the draw, shape (n_statements,).

    [(1 - p)(E + 1) a (1 + 8 * 2^(-S/5))]^2 with a and p the smoothed rates of agreeing and of passing among the S
    people in the conversation who answered, and E the statement's extremity. One about the person (`meta`) weighs 49.

    >>> priorities([0, 8], [0, 0], [0, 8], [0.0, 1.0]).round(4).tolist()
    [5.0625, 34.7534]
    """
    importance = (1 - smoothed_rate(passed, answered)) * (np.asarray(extremity) + 1) * smoothed_rate(agreed, answered)
    fresh = 1 + NEWNESS * 2.0 ** (-np.asarray(answered) / HALVED_BY)
    weights: Floats = np.where(meta, META_PRIORITY, importance * fresh) ** 2
    return weights


def draw_next(
    offered: Iterable[Hashable], weights: Mapping[Hashable, float], random_state: int | np.random.RandomState
) -> Hashable | None:
    """One of the `offered` statements, by lot with its weight; None if none is offered.

    The order in which they are offered does not matter. One without a weight weighs 1.

    >>> draw_next(["a", "b"], {"a": 0.0, "b": 2.0}, random_state=0)
    'b'
    """
    listed = canonical_order(set(offered))
    if not listed:
        return None
    rng = np.random.RandomState(random_state) if isinstance(random_state, int) else random_state
    upto = np.cumsum([weights.get(one, UNKNOWN) for one in listed])
    place = int(np.searchsorted(upto, rng.random_sample() * upto[-1], side="right"))
    # Rounding may carry a draw next to 1 to the very end.
    drawn: Hashable = listed[min(place, len(listed) - 1)]
    return drawn
