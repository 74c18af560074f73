"""The memory a computation takes for itself: its peak less what the process held before. Linux tells both."""

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
    """Seconds, and megabytes (2**20 bytes) of the process's own peak; None where the system does not tell."""

    seconds: float
    megabytes: float | None


def weigh(work: Callable[[], T]) -> tuple[T, Weighed]:
    """Do the work once; what it returned and what it took."""
    gc.collect()
    before = _restart_peak()
    began = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - began
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
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), None)
