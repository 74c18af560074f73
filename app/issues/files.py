"""Attached files on disk: kept under their digest, whole or not at all, before any row speaks of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


def place_of(folder: Path, sha256: str) -> Path:
    """Where a file with this digest (hexadecimal) is kept in the instance's folder of files."""
    return folder / sha256[:2] / sha256


def keep(folder: Path, data: bytes, sha256: str) -> None:
    """Write the bytes to their place and to the disk itself. A crash leaves the whole file or none.

    A file that is there already is only touched, so that it counts as new for `kept_before`.
    """
    place = place_of(folder, sha256)
    if place.exists():
        os.utime(place)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(unfinished, place)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    _sync(place.parent)
    _sync(folder)


def kept_before(folder: Path, shelf: int, moment: float) -> Iterator[Path]:
    """Files of one of the 256 shelves (the first byte of the digest) written before `moment` (seconds, POSIX)."""
    for place in sorted((folder / f"{shelf:02x}").glob("*")):
        if place.stat().st_mtime < moment:
            yield place


def _sync(folder: Path) -> None:
    """Write a folder's list of names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
