"""Conversations whose truth is known, because it was planted: for tests, benchmarks and sample data.

    planted = simulate.camps(n_groups=3, n_people=400, n_statements=80, votes_each=30, random_state=0)
    planted.votes                      # Votes, as if people had cast them
    planted.groups, planted.n_groups   # who really belongs together
    planted.chances([0, 1], [5, 5])    # how likely person 0 and person 1 really are to agree with statement 5

The families differ in kind, so that no engine is measured only on conversations of its own making. Each takes the
settings of `Scene` by name, and the same seed gives the same conversation. Views of one's own go through a scene:

    scene = simulate.Scene(n_people=400, n_statements=2)
    rng = np.random.default_rng(0)
    groups = scene.groups(2, rng)
    planted = scene.voted(simulate.Rates(groups, np.array([[0.9, 0.2], [0.1, 0.8]])), groups, 2, rng)
"""

from deliberation.simulate.changes import copies_of, in_time_order, switch_sides
from deliberation.simulate.families import FAMILIES, LINKS, SHAPES, Family, camps, clouds, ideal_points, spread, topics
from deliberation.simulate.planted import Codes, Planted, Truth, Views
from deliberation.simulate.scene import Scene, Setting
from deliberation.simulate.views import Rates

__all__ = [
    "FAMILIES",
    "LINKS",
    "SHAPES",
    "Codes",
    "Family",
    "Planted",
    "Rates",
    "Scene",
    "Setting",
    "Truth",
    "Views",
    "camps",
    "clouds",
    "copies_of",
    "ideal_points",
    "in_time_order",
    "spread",
    "switch_sides",
    "topics",
]
