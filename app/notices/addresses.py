"""Absolute addresses of pages, for texts that are read elsewhere than on the site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app

from app.accounts.links import Claim, MailedLinks, Purpose
from app.core.language import LOCALES


@dataclass(frozen=True)
class Addresses:
    """Where pages are. From BASE_URL and not from a request: jobs have none, and its Host is the sender's choice."""

    base_url: str
    links: MailedLinks

    @property
    def host(self) -> str:
        """The name of the machine readers know."""
        return urlsplit(self.base_url).hostname or "localhost"

    def page(self, path: str, lang: str) -> str:
        """A page in the language of the reader; languages without pages of their own get the default one."""
        prefix = f"/{lang}" if lang in LOCALES[1:] else ""
        return f"{self.base_url}{prefix}{path}"

    def confirm(self, person_id: int, epoch: int, lang: str, now: datetime) -> str:
        """The link that confirms an address."""
        token = self.links.token(Claim(Purpose.CONFIRM, person_id, epoch), now)
        return self.page(f"/confirm/{token}", lang)

    def reset(self, person_id: int, epoch: int, lang: str, now: datetime) -> str:
        """The link that sets a new password."""
        token = self.links.token(Claim(Purpose.RESET, person_id, epoch), now)
        return self.page(f"/reset/{token}", lang)

    def proposal(self, number: int, lang: str) -> str:
        """The page of a proposal."""
        return self.page(f"/proposals/{number}", lang)

    def reply(self, kind: str, slug: str, lang: str) -> str:
        """The public page of a case."""
        return self.page(f"/{kind}/{slug}/reply", lang)

    def survey(self, kind: str, slug: str, lang: str) -> str:
        """Where people who took part say how satisfied they are."""
        return self.page(f"/{kind}/{slug}/reply/survey", lang)

    def after_reply(self, kind: str, slug: str, lang: str) -> str:
        """What became of a case since its reply."""
        return self.page(f"/{kind}/{slug}/reply/after", lang)

    def desk_after(self, case_id: int, lang: str) -> str:
        """What became of a case, on the officers' desk."""
        return self.page(f"/desk/cases/{case_id}/after", lang)

    def desk_case(self, case_id: int, lang: str) -> str:
        """A case on the officers' desk."""
        return self.page(f"/desk/cases/{case_id}", lang)


def addresses() -> Addresses:
    """The addresses of this instance. Requests, jobs and commands all run inside the application."""
    config = current_app.config["CONFIG"]
    return Addresses(config.base_url, MailedLinks(config.secret_key))
