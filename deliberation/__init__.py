"""Opinion groups, consensus and the map of a conversation, from votes alone.

Pure computation: no database, no web, no clock, no unseeded randomness, and no files but for the command
`python -m deliberation map votes.csv`.

    votes = Votes.from_triplets(participants, statements, values)
    drawn = OpinionMap(random_state=0).fit(votes)
    counted = tally(votes, drawn.groups_, drawn.n_groups_)
    consensus(counted), representative(counted), divisive(counted), unsure(counted)
    bridging_scores(marks, positions, drawn.positions_)
    draw_landscape(drawn.positions_, drawn.groups_, drawn.n_groups_)
    alike = find_coordinated(votes)
    OpinionMap(random_state=0).fit(without(votes, [one for group in alike for one in group.members]))
"""

from deliberation.bridging import Bridging, bridging_scores
from deliberation.coordination import find_coordinated, without
from deliberation.evidence import Coordinated, SharedAnswer
from deliberation.hexagons import Honeycomb
from deliberation.intervals import Share, share
from deliberation.landscape import Frame, Hexagon, Label, Landscape, draw_landscape
from deliberation.memory import MapMemory, Place
from deliberation.opinion_map import ENGINE, OpinionMap, votes_needed
from deliberation.statements import (
    Consensus,
    Counts,
    Divisive,
    Representative,
    Tally,
    Unsure,
    consensus,
    divisive,
    representative,
    tally,
    unsure,
)
from deliberation.votes import Votes

__all__ = [
    "ENGINE",
    "Bridging",
    "Consensus",
    "Coordinated",
    "Counts",
    "Divisive",
    "Frame",
    "Hexagon",
    "Honeycomb",
    "Label",
    "Landscape",
    "MapMemory",
    "OpinionMap",
    "Place",
    "Representative",
    "Share",
    "SharedAnswer",
    "Tally",
    "Unsure",
    "Votes",
    "bridging_scores",
    "consensus",
    "divisive",
    "draw_landscape",
    "find_coordinated",
    "representative",
    "share",
    "tally",
    "unsure",
    "votes_needed",
    "without",
]
