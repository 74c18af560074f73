"""Polis' own method, written anew from its published formulas: the rival the map is measured against, and its fallback.

drawn = PolisMap().fit(votes)
later = PolisMap().fit(more_votes, previous=drawn)
"""

from deliberation.polis.axes import PolisAxes, leading_left_and_right, polis_axes, upright
from deliberation.polis.polis_map import PolisMap

__all__ = ["PolisAxes", "PolisMap", "leading_left_and_right", "polis_axes", "upright"]
