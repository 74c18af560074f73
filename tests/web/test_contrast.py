"""The colours against WCAG 2.2, in both themes: 4.5 to 1 for text (1.4.3), 3 to 1 for shapes (1.4.11)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

FACE = (Path(__file__).parents[2] / "app" / "static" / "face.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b")

GROUNDS = ("paper", "card", "wash")
TEXT = (
    [(ink, ground) for ink in ("ink", "soft", "brand", "late", "brand-deep") for ground in GROUNDS]
    + [(ink, ground) for ink in ("agree", "disagree", "pass") for ground in ("paper", "card")]
    + [(kind, f"{kind}-wash") for kind in ("brand", "soon", "late", "done", "info")]
    + [("ink", f"{kind}-wash") for kind in ("brand", "soon", "late", "done", "info")]
    + [
        ("brand-deep", "brand-wash"),
        ("brand-ink", "brand"),
        ("brand-ink", "brand-deep"),
        ("hero-ink", "hero"),
    ]
    + [("vote-ink", answer) for answer in ("agree", "disagree", "pass")]
    + [("soft", "brand-wash"), ("paper", "ink")]
)
SHAPES = (
    [(f"g{number}", ground) for number in range(1, 6) for ground in ("paper", "card")]
    + [(shape, ground) for shape in ("edge", "focus", "brand", "late", "soon", "done") for ground in ("paper", "card")]
    + [("agree", "line"), ("disagree", "line"), ("hero-ink", "hero"), ("edge", "brand-wash")]
)


def tokens_of(theme: str) -> dict[str, str]:
    """Colour tokens by name; the dark theme is the light one with its own values on top."""
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", FACE, flags=re.DOTALL)[:2]
    return dict(TOKEN.findall(light)) | (dict(TOKEN.findall(dark)) if theme == "dark" else {})


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2, definition of relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_agrees_with_the_extremes_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    tokens = tokens_of(theme)
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_that_mean_something_can_be_seen(theme: str, shape: str, ground: str) -> None:
    tokens = tokens_of(theme)
    assert contrast(tokens[shape], tokens[ground]) >= 3


def test_every_colour_was_chosen_for_both_themes() -> None:
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", FACE, flags=re.DOTALL)[:2]
    assert dict(TOKEN.findall(light)).keys() == dict(TOKEN.findall(dark)).keys()


def test_the_style_sheet_stays_light_on_a_phone_line() -> None:
    assert len(gzip.compress(FACE.encode())) < 20_000
