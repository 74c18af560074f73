"""`make run`: bring the database up to date, load the sample city the first time, serve until Ctrl-C.

    python3 deploy/development.py check   # is the port free? Needs nothing but Python
    .venv/bin/python deploy/development.py serve

Web server and job worker are the Procfile's, run together by honcho.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 90
STOP_SECONDS = 20
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def address() -> tuple[str, int]:
    """Host and port to serve on; ends the program for a PORT that is none."""
    port = os.environ.get("PORT") or "8000"
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        sys.exit(f"PORT: {port!r} is not a port number")
    return os.environ.get("HOST") or "127.0.0.1", int(port)


def check_port() -> None:
    """End the program with one line when somebody else serves there already."""
    host, port = address()
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            sys.exit(f"Port {port} on {host} cannot be used ({problem.strerror}). Choose another: PORT=8001 make run")


def serve() -> int:
    """Prepare, start, announce, and wait; 0 when somebody asked us to stop, else what the first process ended with."""
    host, port = address()
    os.chdir(ROOT)
    os.environ.setdefault("MINYI_ENV", "development")
    _mark_data_folder()
    os.environ.update(HOST=host, PORT=str(port))
    # The Procfile's `python` is the environment's.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for step in (["migrate"], ["sample", "load"]):
        status = _flask(*step)
        if status:
            return status
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        platform.terminate()

    # A closed terminal must not kill honcho, by a signal or by an error in writing, before it has stopped what it
    # started: it ignores the signal and writes to us.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    platform = subprocess.Popen(
        [sys.executable, "-m", "honcho", "start"], process_group=0, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    threading.Thread(target=_relay, args=[platform.stdout], daemon=True).start()
    for asked in STOP_SIGNALS:
        signal.signal(asked, stop)
    with _foreground(platform.pid):
        if _comes_up(platform, host, port):
            _flask("sample", "sign-ins")
        status = _wait(platform)
    asked_to_stop = stopping or status in (128 + signal.SIGINT, 128 + signal.SIGTERM)
    return 0 if asked_to_stop else status


def _mark_data_folder() -> None:
    """Leave the mark by which `flask ...` in another terminal knows that this is a developer's instance."""
    data = Path(os.environ.get("MINYI_DATA") or ROOT / "var")
    data.mkdir(parents=True, exist_ok=True)
    if os.environ["MINYI_ENV"] == "development":
        (data / "development").touch()


def _flask(*words: str) -> int:
    """Run a command of the platform, which explains its own failure; its exit status."""
    return subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *words], check=False).returncode


def _relay(output: IO[bytes]) -> None:
    """Show what the platform says, as long as there is somewhere to show it."""
    for line in output:
        with suppress(OSError):
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()


def _comes_up(platform: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Wait until the server answers; False when it ended, took too long, or answers that it is not well."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    deadline = time.monotonic() + READY_SECONDS
    while platform.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{reachable}:{port}/healthz", timeout=10):
                return True
        except urllib.error.HTTPError:
            return False
        except OSError:  # nobody listens yet
            time.sleep(0.2)
    return False


def _wait(platform: subprocess.Popen[bytes]) -> int:
    """The platform's exit status. It also stops when whoever started us is gone without a word."""
    parent = os.getppid()
    while True:
        try:
            return platform.wait(1)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                platform.terminate()
                return platform.wait(STOP_SECONDS)


@contextmanager
def _foreground(group: int) -> Iterator[None]:
    """Give the terminal to `group` for a while.

    So Ctrl-C reaches honcho alone, and `make` ends with success instead of dying of the same signal.
    """
    if not sys.stdin.isatty() or os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
        yield
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(sys.stdin.fileno(), group)
    try:
        yield
    finally:
        os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check_port()
    else:
        try:
            sys.exit(serve())
        except KeyboardInterrupt:  # before the servers were started
            sys.exit(128 + signal.SIGINT)
