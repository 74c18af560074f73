"""OpenDocument packages: zip files that say what they are in their first entry, opened with care.

Source: OASIS OpenDocument 1.3, part 2, section 3.3. The limits hold for what the package declares, and the
declaration is proved by unpacking: an entry that holds more, or less, than it says is damaged.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

MAX_ENTRIES = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
# Deflate reaches 1,032; tables of repeated cells about 100. Below the floor the ratio says nothing.
MAX_RATIO = 200
RATIO_FLOOR = 1024 * 1024

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_FIRST_NAME = slice(30, 38)  # where the name of the first entry stands in the file
_MAX_TYPE = 100


class Bomb(ValueError):
    """Unpacking this would take far more room than its size lets expect."""


def opendocument_type(data: bytes) -> str | None:
    """Return the media type a whole OpenDocument package declares; None for any other data.

    Raises:
        Bomb: too many entries, too much content or too strongly packed.
    """
    if data[_FIRST_NAME] != b"mimetype":
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            _refuse_bombs(entries, len(data))
            return _declared_type(package, entries) if _is_plain(entries) else None
    except Bomb:
        raise
    # All that the standard library raises on damaged packages.
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError):
        return None


def _refuse_bombs(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > max(RATIO_FLOOR, MAX_RATIO * size):
        raise Bomb


def _is_plain(entries: list[zipfile.ZipInfo]) -> bool:
    names = {entry.filename for entry in entries}
    return (
        len(names) == len(entries)
        and {"mimetype", "content.xml"} <= names
        and all(entry.compress_type in _METHODS and not entry.flag_bits & _ENCRYPTED for entry in entries)
    )


def _declared_type(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str | None:
    first = min(entries, key=lambda entry: entry.header_offset)
    stored = first.compress_type == zipfile.ZIP_STORED
    if first.filename != "mimetype" or first.header_offset or not stored or first.file_size > _MAX_TYPE:
        return None
    # Reads every entry: no more than it declares, and the checksum fails where there was more.
    if package.testzip() is not None:
        return None
    return package.read(first).decode("ascii").strip()
