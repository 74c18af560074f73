"""Requests per second of a bare Flask hello, our home page, our issue page and our vote, on both engines.

    make bench                      # or: python -m bench --seconds 6
    python -m bench personal_data   # another measurement, by its file in this folder

Every row is measured in the same run on the same machine: read the ratios, not the absolute figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from bench.load import Measured, Request, measure
from bench.scene import ISSUE
from bench.servers import ROOT, environment, flask, served
from tests.support.postgres import running_postgres

PAGES = {"home page": "/", "issue page": f"/issues/{ISSUE}", "map page": f"/issues/{ISSUE}/map"}
WARM_UP = 1.0


def main() -> None:
    """Measure and print."""
    if len(sys.argv) > 1 and sys.argv[1].isidentifier():
        import_module(f"bench.{sys.argv.pop(1)}").main()
        return
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0, help="length of each measurement")
    seconds = parser.parse_args().seconds
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}; {seconds:g} s each, 8 connections")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        _engine("SQLite", data / "sqlite", "", seconds)
        with running_postgres(durable=True) as server:
            _engine("PostgreSQL", data / "postgresql", server.create_database("bench"), seconds)


def _engine(name: str, data: Path, database_url: str, seconds: float) -> None:
    data.mkdir()
    env = environment(data, database_url)
    with served("bench.hello:app", env) as port:
        hello = _measured(port, [Request("GET", "/")], seconds)
    print(f"\n{name:24} {'req/s':>9} {'of hello':>9} {'p99 ms':>8} {'errors':>7}")
    _row("bare Flask hello", hello, hello)
    with _city(env, data) as votes, served("wsgi:app", env) as port:
        for page, path in PAGES.items():
            _row(page, _measured(port, [Request("GET", path)], seconds), hello)
        _row("vote", measure(port, votes, seconds), hello)
    _check(env)


@contextmanager
def _city(env: dict[str, str], data: Path) -> Iterator[list[Request]]:
    """The sample city in the database, and the votes that will be sent."""
    flask(env, "migrate")
    flask(env, "sample", "load")
    wanted = data / "votes.json"
    subprocess.run([sys.executable, "-m", "bench.scene", str(wanted)], cwd=ROOT, env=env, check=True)
    yield [Request(**one) for one in json.loads(wanted.read_text(encoding="utf-8"))]


def _measured(port: int, requests: list[Request], seconds: float) -> Measured:
    measure(port, requests, WARM_UP)
    return measure(port, requests, seconds)


def _row(what: str, measured: Measured, hello: Measured) -> None:
    ratio = measured.per_second / hello.per_second
    print(f"{what:24} {measured.per_second:9.0f} {ratio:9.2f} {measured.p99_ms:8.1f} {measured.wrong:7}", flush=True)


def _check(env: dict[str, str]) -> None:
    """The counters of the issue must equal its rows after the load."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.check"], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    print(done.stdout.strip())


if __name__ == "__main__":
    main()
