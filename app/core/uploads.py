"""What a file sent by a person is, judged by its content and not by its name.

Signatures: PDF ISO 32000-2, 7.5.2; PNG ISO 15948, 5.2; JPEG ISO 10918-1, B.1.1; OpenDocument 1.3, part 2, 3.3.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from app.core.packages import Bomb, opendocument_type
from moderation import clean_line

MAX_BYTES = 10 * 1024 * 1024
_MAX_STEM_BYTES = 150
_FALLBACK_STEM = "file"

_PDF = re.compile(rb"%PDF-[12]\.[0-9]")
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_JPEG = b"\xff\xd8\xff"
_ZIP = b"PK\x03\x04"
# Control characters besides tab, line ends and form feed: no text has them, many binary files do.
_BINARY = re.compile(b"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# Not allowed in names on Windows, or a separator somewhere.
_UNSAFE = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


class Kind(StrEnum):
    """The kinds of file people may attach. The value is the extension."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    ODT = "odt"
    ODS = "ods"
    CSV = "csv"
    TXT = "txt"


class UploadRefusal(StrEnum):
    """Why a file is not taken."""

    TOO_BIG = "too_big"
    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    EXTENSION_MISMATCH = "extension_mismatch"
    BOMB = "bomb"


MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Kind.CSV: "text/csv",
    Kind.TXT: "text/plain",
}
EXTENSIONS = {kind: frozenset({kind.value}) for kind in Kind} | {Kind.JPEG: frozenset({"jpg", "jpeg"})}
_PACKAGES = {MEDIA_TYPES[kind]: kind for kind in (Kind.ODT, Kind.ODS)}
_TEXTS = frozenset({Kind.CSV, Kind.TXT})


class UploadRefused(ValueError):
    """The file is not taken; `reason` is the code a page or the API turns into words."""

    def __init__(self, reason: UploadRefusal) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be stored. `size` is in bytes, `sha256` in hexadecimal.

    `safe_name` is for showing and for the header of a download; store the file under its digest.
    """

    kind: Kind
    media_type: str
    safe_name: str
    size: int
    sha256: str


def recognise(data: bytes, filename: str) -> Upload:
    """Say what `data` is, if it is one of `Kind` and its extension says the same.

    Texts are UTF-8, with or without a byte-order mark. OpenDocument files are unpacked in memory, within
    limits, to see that they are whole.

    Raises:
        UploadRefused: with an `UploadRefusal` as its reason.
    """
    if not data:
        raise UploadRefused(UploadRefusal.EMPTY)
    if len(data) > MAX_BYTES:
        raise UploadRefused(UploadRefusal.TOO_BIG)
    possible = _kinds(data)
    if not possible:
        raise UploadRefused(UploadRefusal.UNKNOWN_KIND)
    stem, extension = _split(filename)
    kind = next((kind for kind in possible if extension in EXTENSIONS[kind]), None)
    if kind is None:
        raise UploadRefused(UploadRefusal.EXTENSION_MISMATCH)
    return Upload(
        kind=kind,
        media_type=MEDIA_TYPES[kind],
        safe_name=f"{_safe_stem(stem)}.{extension}",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _kinds(data: bytes) -> frozenset[Kind]:
    if _PDF.match(data):
        return frozenset({Kind.PDF})
    if data.startswith(_PNG):
        return frozenset({Kind.PNG})
    if data.startswith(_JPEG):
        return frozenset({Kind.JPEG})
    if data.startswith(_ZIP):
        return _package_kinds(data)
    return _TEXTS if _is_text(data) else frozenset()


def _package_kinds(data: bytes) -> frozenset[Kind]:
    try:
        kind = _PACKAGES.get(opendocument_type(data) or "")
    except Bomb as bomb:
        raise UploadRefused(UploadRefusal.BOMB) from bomb
    return frozenset({kind}) if kind else frozenset()


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not _BINARY.search(data)


def _split(filename: str) -> tuple[str, str]:
    """The name without folders, and its extension in small letters; both without hidden characters."""
    # Windows drops dots and spaces at the end: "a.exe. " would run there.
    name = clean_line(re.split(r"[/\\]", filename)[-1]).rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    return (stem, extension.lower()) if dot else (name, "")


def _safe_stem(stem: str) -> str:
    short = _UNSAFE.sub("_", stem).encode()[:_MAX_STEM_BYTES].decode(errors="ignore").strip(". ")
    return f"_{short}" if _DEVICE.match(short) else short or _FALLBACK_STEM
