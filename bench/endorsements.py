"""Endorsements per second through the real application, against a bare Flask insert, on both engines.

    python -m bench.endorsements --people 3000

Everybody endorses the same proposal, which is the hardest case: one row counts them. Read the ratio.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.load import Measured, Request, measure
from bench.servers import ROOT, environment, flask, served
from tests.support.postgres import running_postgres

LONG = 600.0
WARM = 200


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.endorsements", description=__doc__)
    parser.add_argument("--people", type=int, default=3000, help="how many endorse")
    people = parser.parse_args().people
    print(f"{people} people endorse one proposal over 8 connections")
    with tempfile.TemporaryDirectory() as folder:
        _engine("SQLite", Path(folder) / "sqlite", "", people)
        with running_postgres(durable=True) as server:
            _engine("PostgreSQL", Path(folder) / "postgresql", server.create_database("bench"), people)


def _engine(name: str, data: Path, database_url: str, people: int) -> None:
    data.mkdir()
    env = environment(data, database_url)
    flask(env, "migrate")
    tokens = _tokens(env, data, people + WARM)
    path = f"/api/v1/proposals/{_proposal(env)}/endorsements"
    bare, real = [Request("POST", "/", token) for token in tokens], [Request("POST", path, token) for token in tokens]
    with served("bench.bare_insert:app", env) as port:
        measure(port, bare[:WARM], LONG)
        least = measure(port, bare[WARM:], LONG)
    with served("wsgi:app", env) as port:
        measure(port, real[:WARM], LONG)
        ours = measure(port, real[WARM:], LONG)
    print(f"\n{name:24} {'req/s':>9} {'of bare':>9} {'p99 ms':>8} {'errors':>7}")
    _row("bare Flask insert", least, least)
    _row("endorsement", ours, least)
    flask(env, "endorsements", "check")


def _tokens(env: dict[str, str], data: Path, people: int) -> list[str]:
    wanted = data / "tokens"
    flask(env, "sample", "people", str(people), "--tokens", str(wanted))
    return wanted.read_text(encoding="ascii").split()


def _proposal(env: dict[str, str]) -> int:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "sample", "proposal", "--threshold", "1000000"]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return int(json.loads(done.stdout.strip().splitlines()[-1])["id"])


def _row(what: str, measured: Measured, least: Measured) -> None:
    ratio = measured.per_second / least.per_second
    print(f"{what:24} {measured.per_second:9.0f} {ratio:9.2f} {measured.p99_ms:8.1f} {measured.wrong:7}", flush=True)


if __name__ == "__main__":
    main()
