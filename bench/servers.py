"""Starting what is measured, as it runs in production: gunicorn with the shipped settings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0


def environment(data: Path, database_url: str = "") -> dict[str, str]:
    """The environment of an instance in a folder of its own."""
    own = {"MINYI_ENV": "development", "MINYI_DATA": str(data), "LIMITS": "off", "OMP_NUM_THREADS": "1"}
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return kept | own | ({"DATABASE_URL": database_url} if database_url else {})


def flask(env: Mapping[str, str], *words: str) -> None:
    """Run a command of the platform; raises when it fails."""
    subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=env, check=True)


@contextmanager
def served(application: str, env: Mapping[str, str]) -> Iterator[int]:
    """Serve an application on a free port; gives the port."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", application]
    server = subprocess.Popen(command, cwd=ROOT, env={**env, "HOST": "127.0.0.1", "PORT": str(port)})
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing listens on {port}")
