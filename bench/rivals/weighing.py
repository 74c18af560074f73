"""What a computation takes: processor time, and memory of its own, its peak less what the process held before."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Weighed:
    """Processor seconds, and megabytes (10**6 bytes) of the process's own peak; None where the system does not tell.

    Waiting for a shared processor is not counted, and two threads at once count double.
    """

    seconds: float
    megabytes: float | None


def weigh(work: Callable[[], T]) -> tuple[T, Weighed]:
    """Do the work once; what it returned and what it took."""
    gc.collect()
    before = _restart_peak()
    began = time.process_time()
    done = work()
    seconds = time.process_time() - began
    peak = _status("VmHWM")
    return done, Weighed(seconds, None if before is None or peak is None else peak - before)


def _restart_peak() -> float | None:
    """Let the kernel count the peak from here; what is held now."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return None
    return _status("VmRSS")


def _status(name: str) -> float | None:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(f"{name}:")), None)
