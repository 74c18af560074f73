"""Is every sentence of the interface translated?

`python -m tests.support.catalogues` reads the sentences out of the code and the templates and compares them with each
`app/locales/*/LC_MESSAGES/messages.po`. It prints what is untranslated, marked fuzzy, no longer used or damaged (a
placeholder lost), and ends with 1 if there is any. With `--update` it first writes new sentences into the catalogues
and removes unused ones.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent.parent
LOCALES = ROOT / "app" / "locales"
KEYWORDS = ("_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2")
"""Beside Babel's own `_`, `gettext`, `ngettext`, `pgettext` and `npgettext`."""
TRANSLATED = ("zh_Hant_TW",)
"""The languages besides English, in which the sentences are written."""


def extract(target: Path) -> None:
    """Write every sentence the code and the templates ask for now to `target`, a .pot file."""
    keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
    _pybabel("extract", "--mapping=pyproject.toml", "--sort-by-file", "--add-location=file", "--project=Minyi",
             "--version=1", *keywords, f"--output={target}", "app")  # fmt: skip


def update(template: Path) -> None:
    """Bring the catalogue of every language to the sentences of `template`; translations are kept."""
    for locale in TRANSLATED:
        exists = (LOCALES / locale / "LC_MESSAGES" / "messages.po").exists()
        kept = ("--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
        how = ("update", *kept) if exists else ("init",)
        _pybabel(*how, "--width=110", f"--input-file={template}", f"--output-dir={LOCALES}", f"--locale={locale}")


def _pybabel(*arguments: str) -> None:
    # From the root of the repository, so that the catalogues name places and not somebody's folders.
    with contextlib.chdir(ROOT):
        CommandLineInterface().run(["pybabel", "--quiet", *arguments])  # type: ignore[no-untyped-call]


def problems(wanted: Catalog, path: Path) -> Iterator[str]:
    """What is wrong with the catalogue at `path`, one line each."""
    with path.open("rb") as file:
        present = read_po(file)
    asked = {_key(message) for message in wanted if message.id}
    for message in wanted:
        if not message.id:
            continue
        found = present.get(message.id, message.context)
        if found is None or not _is_complete(found):
            yield f"untranslated: {_shown(message)}"
        elif found.fuzzy:
            yield f"fuzzy: {_shown(message)}"
    for message in present:
        if message.id and _key(message) not in asked:
            yield f"no longer used: {_shown(message)}"
        for error in message.check(present):
            yield f"damaged: {_shown(message)}: {error}"


def _key(message: Message) -> tuple[object, str | None]:
    return message.id if isinstance(message.id, str) else message.id[0], message.context


def _is_complete(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, list | tuple) else bool(message.string)


def _shown(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}: {text}" if message.context else text


def main(arguments: list[str]) -> int:
    """Print every problem of every catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        extract(template)
        if arguments == ["--update"]:
            update(template)
        with template.open("rb") as file:
            wanted = read_po(file)
    found = []
    for locale in TRANSLATED:
        path = LOCALES / locale / "LC_MESSAGES" / "messages.po"
        found += [f"{locale}: {line}" for line in problems(wanted, path)] if path.exists() else [f"{path} is missing"]
    print("\n".join(found) or f"{len(wanted)} sentences, all translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
