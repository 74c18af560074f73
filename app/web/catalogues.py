"""The sentences of the interface in each language, out of `app/locales`.

They are read from the `.po` files that translators write, when first asked for. So there is nothing to compile: nothing
can be missing after a checkout or be older than what it was made of.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

from app.config import ROOT

LOCALES = ROOT / "app" / "locales"


@cache
def sentences(locale: str) -> NullTranslations:
    """The sentences in `locale` (BCP 47). English needs no catalogue: it is what the code and the templates say."""
    path = LOCALES / locale.replace("-", "_") / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Translations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return Translations(compiled)


class Catalogues(Domain):
    """Where Flask-Babel finds its sentences: in the language of the page, or that of `force_locale`."""

    def get_translations(self) -> NullTranslations:
        return sentences(str(get_locale() or "en").replace("_", "-"))
