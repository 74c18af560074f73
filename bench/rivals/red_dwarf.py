"""red-dwarf (https://github.com/polis-community/red-dwarf) in an environment of its own, asked through files.

The environment lies in `var/bench/` and is made again when `bench/rivals.txt` changes. Its code never enters ours.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.rivals.conversations import Ballots
from bench.rivals.scores import Ints

ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "bench" / "rivals.txt"
ENVIRONMENT = ROOT / "var" / "bench" / "rivals"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True, eq=False)
class Job:
    """One conversation to be grouped; `n_groups` forces their number."""

    ballots: Ballots
    n_groups: int | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """The group of each person (n_people,), -1 for none, and why it gave up, if it did."""

    labels: Ints
    refusal: str

    @property
    def n_groups(self) -> int:
        """How many groups; 0 if it gave up."""
        return len(np.unique(self.labels[self.labels >= 0]))


def ask(jobs: Sequence[Job]) -> list[Answer]:
    """red-dwarf's groups of each conversation, seeded."""
    given: dict[str, Any] = {"jobs": len(jobs)}
    for n, job in enumerate(jobs):
        one = {"people": job.ballots.people, "statements": job.ballots.statements, "values": job.ballots.values}
        one |= {"n_people": job.ballots.n_people, "n_groups": job.n_groups or 0}
        given |= {f"{name}_{n}": value for name, value in one.items()}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "jobs.npz"), Path(folder, "labels.npz")
        np.savez(source, **given)
        run(worker("label", source, target))
        with np.load(target) as found:
            return [Answer(found[f"labels_{n}"], str(found[f"refusal_{n}"])) for n in range(len(jobs))]


def worker(*arguments: str | Path) -> list[str | Path]:
    """The command that has red-dwarf do something."""
    return [interpreter(), "-W", "ignore", "-m", "bench.rivals.worker", *arguments]


def run(command: Sequence[str | Path]) -> dict[str, Any]:
    """Run a program on one thread; what it printed as JSON, if anything. It complains to our own standard error."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(done.stdout)) if done.stdout.strip() else {}


def interpreter() -> Path:
    """The Python that has red-dwarf; installs it the first time."""
    python, stamp, wanted = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "has", PINS.read_text(encoding="utf-8")
    # The stamp is written last: a broken-off installation is begun again.
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"Installing {PINS.relative_to(ROOT)} into {ENVIRONMENT.relative_to(ROOT)} ...", file=sys.stderr)
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        quietly = ["--quiet", "--disable-pip-version-check", "--requirement", str(PINS)]
        subprocess.run([python, "-m", "pip", "install", *quietly], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python
