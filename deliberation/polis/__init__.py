"""Polis' own method, written anew from its published formulas: the rival the map is measured against, and its fallback."""

from deliberation.polis.axes import PolisAxes, leading_left_and_right, polis_axes, upright

__all__ = ["PolisAxes", "leading_left_and_right", "polis_axes", "upright"]
