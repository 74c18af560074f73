"""A town for long stories: three agencies, their officers, some people who care, and how each comes to a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from app.agencies.models import Agency
from app.core.permissions import Role
from app.web.filters import day
from tests.browser.site import Site
from tests.browser.visits import Look, Visit, Visits
from tests.support.builders import PASSWORD, MadeIssue, MadePerson, Make

VOICES = 5
"""People with accounts: as many as must answer before figures are told."""


@dataclass
class Town:
    """Who lives and works here, and how its pages are looked at."""

    site: Site
    visits: Visits
    look: Look
    make: Make
    agencies: dict[str, int] = field(default_factory=dict)
    officers: dict[str, MadePerson] = field(default_factory=dict)
    voices: list[MadePerson] = field(default_factory=list)

    def settle(self) -> None:
        """Three agencies with their officers, two approvers at the one that leads, five people who care."""
        self.agencies = {name: self.make.agency(f"{name.title()} Department") for name in ("buses", "police", "parks")}
        here = {"lang": self.look.locale}
        self.officers = {
            "lin": self.make.officer(self.agencies["buses"], **here),
            "head": self.make.officer(self.agencies["buses"], Role.APPROVER, **here),
            "second": self.make.officer(self.agencies["buses"], Role.APPROVER, **here),
            "police": self.make.officer(self.agencies["police"], **here),
            "parks": self.make.officer(self.agencies["parks"], **here),
        }
        self.voices = [self.make.person(**here) for _ in range(VOICES)]

    def issue(self, title: str, *partners: str, statements: int = 0) -> MadeIssue:
        """An open issue of the bus department with these partners."""
        others = [self.agencies[one] for one in partners]
        lead = self.agencies["buses"]
        return self.make.issue(agency_id=lead, co_agency_ids=others, statements=statements, title=title)

    def name(self, agency: str) -> str:
        """What an agency is called in the language of the pages."""
        with self.site.work() as ctx:
            return ctx.get(Agency, self.agencies[agency]).name[self.look.locale]

    def day(self, year: int, month: int, number: int) -> str:
        """A day of this year, as a page reads it to us: its spaces are plain ones there."""
        return day(date(year, month, number), self.look.locale).replace("\N{NO-BREAK SPACE}", " ")

    def public(self, path: str) -> Visit:
        """A page as somebody sees it who is nobody in particular."""
        return self.visits.new(self.site, self.look).open(path)

    def address(self, path: str) -> str:
        """Where a page is in the language of the town."""
        prefix = "" if self.look.locale == "zh-Hant-TW" else f"/{self.look.locale}"
        return self.site.address + prefix + path

    def file(self, path: str) -> str:
        """A file or a feed, as a program gets it."""
        answer = self.visits.new(self.site, self.look).page.request.get(self.address(path))
        assert answer.ok, f"{path}: {answer.status}"
        return answer.text()

    def signed_in(self, person: MadePerson) -> Visit:
        """A window of somebody with an account."""
        return self.visits.new(self.site, self.look).sign_in(person.email)

    def at_the_desk(self, who: str) -> Visit:
        """A window of an officer, at the desk."""
        return self.signed_in(self.officers[who]).open("/desk")

    def letters(self, who: str) -> list[str]:
        """What an officer was written, the newest first."""
        return self.letters_to(self.officers[who])

    def letters_to(self, person: MadePerson) -> list[str]:
        """What somebody was written, but for the notices of sign-ins, the newest first."""
        return [letter for letter in self.site.letters(person.email) if "/account/sign-ins" not in letter]

    def from_letter(self, person: MadePerson, ending: str) -> Visit:
        """What somebody does with the newest letter: sign in, then follow its link that ends so."""
        letter = self.letters_to(person)[0]
        links = re.findall(rf"{re.escape(self.site.address)}\S*{ending}(?=\s)", letter)
        assert links, f"no link to …{ending} in:\n{letter}"
        visit = self.visits.new(self.site, self.look)
        visit.page.goto(links[0])
        visit.fill(email=person.email, password=PASSWORD).press("Sign in")
        assert visit.page.url == links[0]
        return visit
