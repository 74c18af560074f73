"""A QR code as one path: the template draws it, so no picture has to be fetched and no markup is made here."""

from __future__ import annotations

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class Picture:
    """A square of `size` modules with its quiet border, and the path of the dark ones."""

    size: int
    path: str


def qr_picture(text: str) -> Picture:
    """The QR code of a text, error correction M (ISO/IEC 18004); four modules of border."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module]
    return Picture(len(rows), "".join(dark))
