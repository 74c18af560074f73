"""Draw the map of a table of votes, so that anybody can check the one that was published.

    python -m deliberation map votes.csv [--previous memory.json] [--memory out.json] [--json]

`votes.csv` is the export of an issue, or that of a Polis conversation. The same votes, after the same previous map and
by the same versions of the libraries, give the same map to the last bit: compare the memory, or the digest of all
positions.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from deliberation.memory import MapMemory
from deliberation.opinion_map import ENGINE, OpinionMap
from deliberation.parting import Parted, parted
from deliberation.statements import consensus, divisive, representative, tally, unsure
from deliberation.votes import Votes
from deliberation.votes_file import BadVotes, read_votes


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 1 after one line on what is wrong."""
    asked = _parser().parse_args(words)
    try:
        votes = read_votes(asked.votes)
        previous = read_memory(asked.previous) if asked.previous else None
        fitted = OpinionMap(random_state=0).fit(votes, previous)
        if asked.memory:
            asked.memory.write_text(json.dumps(fitted.memory_.to_json()), encoding="utf-8")
    except (BadVotes, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    found = described(votes, fitted)
    sys.stdout.write(json.dumps(found, indent=2) + "\n" if asked.json else in_words(found))
    return 0


def read_memory(path: Path) -> MapMemory:
    """The memory of a former map. Raises `BadVotes` for a file that holds none."""
    try:
        return MapMemory.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise BadVotes(f"{path.name}: this is not the memory of a map") from None


def described(votes: Votes, fitted: OpinionMap) -> dict[str, Any]:
    """A map as plain values: its groups, and what they share, part over, and hold more than others."""
    parts = parted(votes, fitted)
    counted = tally(votes, parts.groups, parts.count)
    return {
        "engine": ENGINE,
        "participants": votes.n_participants,
        "votes": len(votes),
        "state": parts.state,
        "groups": _groups(parts, representative(counted)) if parts.is_shown else [],
        "shared": [
            {"statement": one.statement, "side": one.side, "floor": round(one.floor, 4)} for one in consensus(counted)
        ],
        "dividing": [{"statement": one.statement, "gap": round(one.gap, 4)} for one in divisive(counted)],
        "unsure": [{"statement": one.statement, "passing": round(one.passing.rate, 4)} for one in unsure(counted)],
        "positions_sha256": sha256(np.ascontiguousarray(fitted.positions_, dtype="<f8").tobytes()).hexdigest(),
    }


def _groups(parts: Parted, typical: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    sizes = np.bincount(parts.groups[parts.groups >= 0], minlength=parts.count).tolist()
    return [
        {
            "group": number + 1,
            "size": size,
            "typical": [
                {
                    "statement": one.statement,
                    "side": one.side,
                    "inside": round(one.inside.rate, 4),
                    "outside": round(one.outside.rate, 4),
                }
                for one in own
            ],
        }
        for number, (size, own) in enumerate(zip(sizes, typical, strict=True))
    ]


STATES = {
    "unclear": "too little has been said to speak of groups",
    "spread": "one spread of views, no distinct groups",
    "groups": "distinct groups",
}
SIDES = {1: "agrees", -1: "disagrees"}


def in_words(found: dict[str, Any]) -> str:
    """A map for reading; statements by their number."""
    kind = "group" if found["state"] == "groups" else "side"
    lines = [
        f"{found['participants']} participants, {found['votes']} votes, engine {found['engine']}",
        STATES[found["state"]],
    ]
    for group in found["groups"]:
        lines.append(f"{kind} {group['group']}: {group['size']} people")
        for one in group["typical"]:
            rates = f"{one['inside']:.0%}, of the others {one['outside']:.0%}"
            lines.append(f"  {SIDES[one['side']]} with {one['statement']}: {rates}")
    lines += [f"shared: {one['statement']}, everybody {SIDES[one['side']]}" for one in found["shared"]]
    lines += [f"dividing: {one['statement']}" for one in found["dividing"]]
    lines += [f"unsure: {one['statement']}, {one['passing']:.0%} pass" for one in found["unsure"]]
    return "\n".join([*lines, f"positions: sha256 {found['positions_sha256']}"]) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deliberation", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="map")
    draw = commands.add_parser("map", help="draw the map of a table of votes")
    draw.add_argument("votes", type=Path, help="the table: participant, statement, vote")
    draw.add_argument("--previous", type=Path, help="the memory of the map before")
    draw.add_argument("--memory", type=Path, help="write the memory of this map here")
    draw.add_argument("--json", action="store_true", help="print plain values")
    return parser


if __name__ == "__main__":
    sys.exit(main())
