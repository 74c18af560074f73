"""Visits: browser windows of people, and what goes wrong in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from tests.browser.site import Site
from tests.support.builders import PASSWORD

HEIGHT = {320: 640, 390: 844, 1280: 900}
A_STATUS = "Failed to load resource: the server responded with a status"
"""Chromium's remark on an answer of 400 or above. Whether that was expected, `open` and `_receive` judge."""
WIDEST = """[...document.querySelectorAll("main *, header *, footer *")]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .slice(0, 3).map((one) => one.outerHTML.slice(0, 120))"""


@dataclass(frozen=True)
class Look:
    """How somebody looks at the site."""

    locale: str = "en"
    width: int = 1280
    scheme: str = "light"
    scripts: bool = True

    def __str__(self) -> str:
        return f"{self.locale}-{self.width}-{self.scheme}{'' if self.scripts else '-no-script'}"


@dataclass
class Visit:
    """One person's window."""

    site: Site
    page: Page
    look: Look

    def open(self, path: str, status: int = 200) -> Visit:
        """Go to a page by its address in the reader's language; the status must be as expected."""
        prefix = "" if self.look.locale == "zh-Hant-TW" else f"/{self.look.locale}"
        answer = self.page.goto(self.site.address + prefix + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        assert self.page.locator("html").get_attribute("lang") == self.look.locale
        return self

    def words(self, message: str, /, **values: object) -> str:
        """A sentence of the interface, in the reader's language."""
        return self.site.words(self.look.locale, message, **values)

    def count_words(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A sentence of the interface that counts, in the reader's language."""
        return self.site.count_words(self.look.locale, one, many, number, **values)

    def reads(self, message: str, /, **values: object) -> None:
        """The page says this."""
        self.reads_text(self.words(message, **values))

    def reads_text(self, text: str) -> None:
        """The page says this, as it is."""
        found = " ".join(self.page.locator("main").inner_text().split())
        assert text in found, f"{text!r} is not on {self.page.url}:\n{found}"

    def field(self, name: str) -> Locator:
        """A field by its name."""
        return self.page.locator(f'main [name="{name}"]')

    def fill(self, **values: str) -> Visit:
        """Fill in fields by their names."""
        for name, value in values.items():
            self.field(name).fill(value)
        return self

    def choose(self, name: str, value: str) -> Visit:
        """Choose one of several, or tick a box, by its label."""
        self.page.locator(f'main [name="{name}"][value="{value}"]').check()
        return self

    def press(self, message: str, /, **values: object) -> Visit:
        """Press the button that says this."""
        self.page.get_by_role("button", name=self.words(message, **values), exact=True).click()
        return self

    def follow(self, message: str, /, **values: object) -> Visit:
        """Follow the link that says this."""
        link = self.page.get_by_role("main").get_by_role("link", name=self.words(message, **values), exact=True)
        link.first.click()
        return self

    def sign_in(self, email: str, password: str = PASSWORD) -> Visit:
        """Sign in through the page."""
        self.open("/sign-in").fill(email=email, password=password)
        return self.press("Sign in")

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width

    def widest(self) -> str:
        """The beginning of the elements that reach beyond the window."""
        found: list[str] = self.page.evaluate(WIDEST)
        return "; ".join(found)


@dataclass
class Visits:
    """Every window of a test. `faults` collects what no test may leave behind."""

    browser: Browser
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def new(self, site: Site, look: Look | None = None, **options: Any) -> Visit:
        """A fresh window: no cookies, nothing kept, unless `options` (Playwright's `new_context`) say otherwise."""
        look = look or Look()
        context = self.browser.new_context(
            viewport={"width": look.width, "height": HEIGHT[look.width]},
            color_scheme=look.scheme,
            locale=look.locale,
            reduced_motion="reduce",
            java_script_enabled=look.scripts,
            **options,
        )
        self.contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("response", self._receive)
        page.on("requestfailed", lambda request: self._fail(request.url, request.failure or ""))
        return Visit(site, page, look)

    def photograph(self, folder: Path, name: str) -> None:
        """Keep a picture of every window."""
        folder.mkdir(exist_ok=True)
        pages = [page for context in self.contexts for page in context.pages]
        for number, page in enumerate(pages):
            page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)

    def close(self) -> None:
        """Close all windows; fails if anything went wrong in one."""
        for context in self.contexts:
            context.close()
        assert not self.faults, "\n".join(self.faults)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(A_STATUS):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _receive(self, response: Response) -> None:
        least = 500 if response.request.resource_type == "document" else 400
        if response.status >= least:
            self.faults.append(f"{response.status}: {response.url}")

    def _fail(self, url: str, failure: str) -> None:
        # A page that is left while something of it is still on its way.
        if "ERR_ABORTED" not in failure:
            self.faults.append(f"{failure}: {url}")
