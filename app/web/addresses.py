"""What may stand in an address: no number a row cannot have, no character a database cannot hold."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

LARGEST_ID = 2**31 - 1
"""What an integer column of PostgreSQL holds; SQLite ends at 2**63 - 1."""


class RowNumber(IntegerConverter):
    """`<int:...>`: the number of a row. One that no row can have is an address where nothing is."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **({"max": LARGEST_ID} | options))


class Word(UnicodeConverter):
    """`<...>`: a piece of the path. NUL is in no name, and PostgreSQL does not even take it to look for."""

    def to_python(self, value: str) -> str:
        """The piece as it is; ValidationError means that nothing is there."""
        if "\0" in value:
            raise ValidationError
        return super().to_python(value)


def install(app: Flask) -> None:
    """Hold every route registered from now on to it, and what follows the question mark of every address."""
    app.url_map.converters |= {"int": RowNumber, "default": Word, "string": Word}
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if b"%00" in request.query_string:
        raise BadRequest()
