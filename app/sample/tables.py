"""Typed reading of TOML. Whatever does not fit fails with the file and the key."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from app.core.language import LANGUAGES, LOCALES

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")


class BadContent(ValueError):
    """A content file says something that cannot be used; the message names the file and the key."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")


class Table:
    """One table of a file. Every key is read once; `finish` refuses the keys nobody asked for."""

    def __init__(self, file: str, path: str, values: Mapping[str, Any]) -> None:
        self._file = file
        self._path = path
        self._left = dict(values)

    def fail(self, key: str, problem: str) -> BadContent:
        """The error to raise about a key of this table."""
        return BadContent(self._file, f"{self._path}.{key}" if self._path else key, problem)

    def finish(self) -> None:
        """Raise BadContent for a key that nobody read: most often a misspelt one."""
        for key in self._left:
            raise self.fail(key, "this key is not known")

    def has(self, key: str) -> bool:
        return key in self._left

    def text(self, key: str) -> str:
        value = self._take(key, str)
        if not value.strip():
            raise self.fail(key, "must not be empty")
        return value.strip()

    def whole(self, key: str) -> int:
        return self._take(key, int)

    def flag(self, key: str) -> bool:
        """True or false; false where the key is absent."""
        return self._take(key, bool) if self.has(key) else False

    def share(self, key: str) -> float:
        """A number from 0 to 1."""
        value = float(self._take(key, (int, float)))
        if not 0 <= value <= 1:
            raise self.fail(key, f"must lie between 0 and 1, not {value}")
        return value

    def leanings(self, key: str) -> tuple[float, ...]:
        """Numbers from -1 to 1."""
        values = self._take(key, list)
        if not all(isinstance(value, int | float) and -1 <= value <= 1 for value in values):
            raise self.fail(key, "must be numbers between -1 and 1")
        return tuple(float(value) for value in values)

    def counts(self, key: str, width: int) -> list[tuple[int, ...]]:
        """Rows of so many whole numbers, none of them negative."""
        rows = self._take(key, list)
        if not all(isinstance(row, list) and len(row) == width for row in rows):
            raise self.fail(key, f"must be rows of {width} numbers")
        if not all(type(number) is int and number >= 0 for row in rows for number in row):
            raise self.fail(key, "must be whole numbers")
        return [tuple(row) for row in rows]

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, possibly empty."""
        values = self._take(key, list)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.fail(key, "must be a list of texts")
        return tuple(values)

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        value = self._take(key, str)
        try:
            return kind(value)
        except ValueError:
            raise self.fail(key, f"must be one of {', '.join(kind)}, not {value!r}") from None

    def one_of(self, key: str, known: Iterable[str]) -> str:
        """A name that is already known."""
        value = self.text(key)
        if value not in known:
            raise self.fail(key, f"{value!r} is not known here")
        return value

    def new(self, key: str, taken: Collection[str]) -> str:
        """A name that is not taken yet."""
        value = self.text(key)
        if value in taken:
            raise self.fail(key, f"{value!r} is used twice")
        return value

    def lang(self, key: str, default: str | None = None) -> str:
        """A BCP 47 tag of a language people may write in."""
        if default is not None and not self.has(key):
            return default
        value = self.text(key)
        if value not in LANGUAGES:
            raise self.fail(key, f"{value!r} is not a language people may write in")
        return value

    def texts(self, key: str) -> dict[str, str]:
        """One text in every language of the interface."""
        table = self.table(key)
        found = {locale: table.text(locale) for locale in LOCALES}
        table.finish()
        return found

    def lists(self, key: str) -> dict[str, list[str]]:
        """Lists of equal length in every language of the interface."""
        table = self.table(key)
        found = {locale: list(table.words(locale)) for locale in LOCALES}
        table.finish()
        if len({len(words) for words in found.values()}) != 1:
            raise self.fail(key, "the languages differ in length")
        return found

    def table(self, key: str) -> Table:
        values = self._take(key, dict)
        return Table(self._file, f"{self._path}.{key}" if self._path else key, values)

    def tables(self, key: str) -> list[Table]:
        """An array of tables; empty where the key is absent."""
        values = self._take(key, list) if self.has(key) else []
        path = f"{self._path}.{key}" if self._path else key
        return [Table(self._file, f"{path}[{number}]", value) for number, value in enumerate(values, start=1)]

    def unread(self) -> list[str]:
        """The keys not read yet."""
        return list(self._left)

    def _take(self, key: str, kind: type[Value] | tuple[type[Value], ...]) -> Value:
        if key not in self._left:
            raise self.fail(key, "is missing")
        value = self._left.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(key, f"has the wrong type ({type(value).__name__})")
        return value


def read_table(folder: Path, name: str) -> Table:
    """A file as a table. Raises BadContent for a file that is absent or not TOML."""
    try:
        with (folder / name).open("rb") as file:
            return Table(name, "", tomllib.load(file))
    except FileNotFoundError:
        raise BadContent(name, "(file)", "is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadContent(name, "(file)", str(problem)) from None
