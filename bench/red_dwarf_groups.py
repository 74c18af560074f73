"""Two groups as red-dwarf draws them. Run by red-dwarf's own Python: votes in and groups out as JSON."""

from __future__ import annotations

import json
import sys

from reddwarf.implementations.polis import run_pipeline


def main() -> None:
    """Read [[participant, statement, vote], ...] and print {participant: group}."""
    rows = [{"participant_id": p, "statement_id": s, "vote": v} for p, s, v in json.load(sys.stdin)]
    placed = run_pipeline(votes=rows, force_group_count=2, random_state=0).participants_df["cluster_id"].dropna()
    print(json.dumps({int(person): int(group) for person, group in placed.items()}))


if __name__ == "__main__":
    main()
