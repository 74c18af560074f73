"""How the web server runs: `gunicorn --config deploy/gunicorn.conf.py wsgi:app`.

docs/configuration.md lists what may be set.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path


def whole(name: str, default: int, most: int) -> int:
    """A whole number from 1 to `most`; ends the program, by name, for anything else."""
    raw = os.environ.get(name) or str(default)
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9 or not 1 <= int(raw) <= most:
        sys.exit(f"{name}: {raw!r} must be a whole number from 1 to {most} (see docs/configuration.md)")
    return int(raw)


def on_starting(_server: object) -> None:
    """Refuse a wrong setting before there are workers: one that ends at its start would be started again for ever.

    The file is run by itself: a package imported here would stay as it was when a reload brings new code.
    """
    settings = Path(__file__).resolve().parent.parent / "app" / "config.py"
    runpy.run_path(str(settings))["read_config"](os.environ)


_postgresql = (os.environ.get("DATABASE_URL") or "").startswith("postgres")

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{whole('PORT', 8000, 65535)}"
workers = whole("WEB_WORKERS", 2, 64)
# SQLite has one writer, so a process serves one request at a time; PostgreSQL's writers wait in the database.
worker_class = "gthread" if _postgresql else "sync"
threads = 8 if _postgresql else 1
graceful_timeout = 4
# A heartbeat file on a slow disk stops a worker for a while.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# Nobody steers it by a socket in the home folder, where two instances would meet.
control_socket_disable = True
# The proxy in front writes the log of requests.
accesslog = None
errorlog = "-"
loglevel = "warning"
