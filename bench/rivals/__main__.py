"""The consensus map beside Polis' method and red-dwarf, measured in one run on one thread.

    make bench-map                                      # everything
    python -m bench.rivals quality groups --data FOLDER # parts, on other Polis exports

quality  hidden votes predicted                        fresh    people change sides
groups   hidden votes predicted from the group alone   dropped  a tenth of the votes is missing
planted  groups whose truth is known                   scale    time and memory
replay   real votes come in, in order

Bars are printed as met or not met; nothing here fails because of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

import sklearn
from threadpoolctl import threadpool_limits

from bench.rivals import dropped, fresh, groups, planted, quality, replay, scale, small
from bench.rivals.conversations import NoExports
from bench.rivals.findings import Findings
from bench.rivals.options import Options
from bench.rivals.red_dwarf import ROOT

DATA = ROOT / "var" / "polis"
PARTS: dict[str, Callable[[Options], Findings]] = {
    "quality": quality.measure,
    "small": small.measure,
    "groups": groups.measure,
    "planted": planted.measure,
    "replay": replay.measure,
    "fresh": fresh.measure,
    "dropped": dropped.measure,
    "scale": scale.measure,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("bench.rivals", None, __doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("parts", nargs="*", help="parts to run (all)", metavar="PART")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of Polis exports (%(default)s)")
    parser.add_argument("--full", action="store_true", help="scale: a million people as well")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    options = Options(given.data, given.full)
    print(f"{os.cpu_count()} cores, one used; Python {platform.python_version()}, scikit-learn {sklearn.__version__}")
    figures = {}
    for part in given.parts or PARTS:
        began = time.perf_counter()
        try:
            with threadpool_limits(limits=1):
                found = PARTS[part](options)
        except NoExports as missing:
            print(f"\n==== {part} left out: {missing}")
            continue
        figures[part] = found.figures()
        print(f"\n==== {part} ({time.perf_counter() - began:.0f} s)\n\n{found}", flush=True)
        if given.json:
            given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
