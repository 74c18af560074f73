"""Cells of tables that spreadsheets open."""

from __future__ import annotations

from moderation import clean_line

FORMULA = tuple("=+-@＝＋－＠")
"""What makes spreadsheets calculate a cell (https://owasp.org/www-community/attacks/CSV_Injection)."""
MARK = "\ufeff"
"""Without it Excel does not read Chinese in UTF-8."""


def harmless(cell: str) -> str:
    """One line that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless(" @SUM(A1)"), harmless("Night buses")
    ("'=1+1", "'@SUM(A1)", 'Night buses')
    """
    line = clean_line(cell)
    return f"'{line}" if line.startswith(FORMULA) else line
