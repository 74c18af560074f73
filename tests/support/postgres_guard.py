"""One throw-away PostgreSQL server that lives as long as somebody holds this process's standard input.

Started by `tests.support.postgres`, never by hand. It runs in a session of its own, so Ctrl-C reaches it as the end
of its input like every other end of its owner: return, exception, SIGTERM or `kill -9`. Whatever happened, it stops
the server and removes the folder. Only the standard library is used, so it starts in milliseconds.

Protocol: one JSON line on standard output, `{"socket_folder": "/tmp/..."}` when the server accepts connections or
`{"error": "why"}` when it does not; afterwards it waits for the end of standard input.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SUPERUSER = "minyi"
START_SECONDS = 60
STOP_SECONDS = 15

# 200 people voting at the same moment, each on a connection of their own, is one of the tests.
SETTINGS = {"listen_addresses": "", "max_connections": "300", "shared_buffers": "64MB", "log_min_messages": "warning"}
# Nothing here survives the process, so waiting for the disk would only cost time.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def unprivileged_account() -> pwd.struct_passwd | None:
    """The account to run the server as, or None for our own: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses root, and neither a postgres nor a nobody account exists")


def reachable_programs(programs: Path, folder: Path) -> Path:
    """Return `programs`, or a copy inside `folder` where the unprivileged account may not enter the original.

    That happens when a checkout lies below /root and PostgreSQL came with pip. An installation finds its files relative
    to itself, and a wheel keeps shared libraries in a folder beside its package, so both are copied with their places.
    """
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in (programs, *programs.parents)):
        return programs
    installation, package = programs.parent, programs.parent.parent
    copy = folder / "copy" / package.name / installation.name
    shutil.copytree(installation, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "copy" / libraries.name)
    return copy / programs.name


class Server:
    """A server in `folder`; `start` and `stop` are called once each."""

    def __init__(self, programs: Path, folder: Path, *, durable: bool) -> None:
        self.account = unprivileged_account()
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self.settings = SETTINGS if durable else SETTINGS | NOT_DURABLE
        self.programs = reachable_programs(programs, folder)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Create the cluster and wait until it accepts connections; RuntimeError with the log's end if it does not."""
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
            self.folder.chmod(0o711)  # root's clients own nothing here but must reach the socket
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        self._finish(self._begin("initdb", "-D", self.data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
                                 f"--locale={locale}", "--no-sync"))  # fmt: skip
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        self.process = self._begin("postgres", "-D", self.data, "-k", self.folder, *options)
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"postgres did not start: {self._end_of_log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Fast shutdown, then less polite ways; returns when no server process is left."""
        if self.process is None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self.process.send_signal(how)
            try:
                self.process.wait(STOP_SECONDS)
                return
            except subprocess.TimeoutExpired:
                continue

    def _begin(self, program: str, *arguments: object) -> subprocess.Popen[bytes]:
        account = self.account
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(self.programs / program), *map(str, arguments)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )

    def _finish(self, process: subprocess.Popen[bytes]) -> None:
        if process.wait(START_SECONDS) != 0:
            raise RuntimeError(f"initdb failed: {self._end_of_log()}")

    def _is_ready(self) -> bool:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def _end_of_log(self) -> str:
        return " / ".join(self.log.read_text(errors="replace").splitlines()[-4:])


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", type=Path)
    parser.add_argument("--durable", action="store_true")
    options = parser.parse_args()
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    # /tmp rather than TMPDIR: a socket's whole path may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="minyi-postgres-", dir="/tmp"))
    server = None
    try:
        server = Server(options.programs, folder, durable=options.durable)
        server.start()
        print(json.dumps({"socket_folder": str(folder)}), flush=True)
        sys.stdin.buffer.read()
    except (OSError, RuntimeError, subprocess.SubprocessError) as problem:
        print(json.dumps({"error": str(problem)}), flush=True)
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
