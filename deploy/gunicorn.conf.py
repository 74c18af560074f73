"""How the web server runs: `gunicorn --config deploy/gunicorn.conf.py wsgi:app`.

HOST, PORT and WEB_WORKERS may be set; docs/configuration.md lists them.
"""

import os

_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
# SQLite has one writer, so a process serves one request at a time; PostgreSQL's writers wait in the database.
worker_class = "gthread" if _postgresql else "sync"
threads = 8 if _postgresql else 1
graceful_timeout = 4
# A heartbeat file on a slow disk stops a worker for a while.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# The proxy in front writes the log of requests.
accesslog = None
errorlog = "-"
loglevel = "warning"
