"""Chromium for browser tests and screenshots: where it is, how it is started, and how it gets here.

    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())

`python -m tests.support.browser` installs what is missing, where that is possible, and says in one line what is not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Debian's names. Without a font for them Chinese characters show as boxes, in the tests' pictures too.
DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")
# A test browser talks to nobody but the page under test.
ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserUnavailable(RuntimeError):
    """No Chromium can be had here; the message says why in one line."""


class LaunchOptions(TypedDict):
    """What Playwright's `chromium.launch` needs from us."""

    executable_path: str
    args: list[str]


def find_chromium() -> Path | None:
    """The Chromium to use: the one CHROMIUM names, the system's, or Playwright's own; None when there is none."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return Path(chosen) if os.access(chosen, os.X_OK) else None
    for name in SYSTEM_NAMES:
        found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/bin")
        if found:
            return Path(found)
    return next(_playwrights_own(), None)


def launch_arguments() -> list[str]:
    """Command-line switches for a quiet test browser. Chromium's sandbox refuses root, so root does without it."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*(["--no-sandbox"] if as_root else []), *ARGUMENTS]


def launch_options() -> LaunchOptions:
    """Keyword arguments for `playwright.chromium.launch`; BrowserUnavailable when there is no Chromium."""
    found = find_chromium()
    if found is None:
        raise BrowserUnavailable(_absence())
    return {"executable_path": str(found), "args": launch_arguments()}


def has_chinese_font() -> bool:
    """Whether Chinese characters can be drawn; True where fontconfig is not what draws them (macOS)."""
    if not shutil.which("fc-list"):
        return sys.platform == "darwin"
    return bool(subprocess.run(["fc-list", ":lang=zh-tw"], capture_output=True, check=False).stdout.strip())


def missing_pieces() -> list[str]:
    """What browser tests still lack, one line each; empty when nothing."""
    missing = [] if find_chromium() else [_absence()]
    if not has_chinese_font():
        missing.append("a font with Chinese characters (Debian: fonts-noto-cjk)")
    return missing


def install() -> None:
    """Try to bring the missing pieces; quiet when nothing is missing or CHROMIUM chose, never an error by itself."""
    if not missing_pieces() or os.environ.get("CHROMIUM"):
        return
    privilege = _privilege()
    if shutil.which("apt-get") and privilege is not None:
        print(f"Installing {', '.join(DEBIAN_PACKAGES)} with apt-get ...", flush=True)
        environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
        apt = [*privilege, *environment, "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
        _attempt([*apt, "update"])
        _attempt([*apt, "install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES])
    if find_chromium() is None:
        print("Installing Chromium with Playwright ...", flush=True)
        _attempt([sys.executable, "-m", "playwright", "install", "chromium"])


def _playwrights_own() -> Iterator[Path]:
    """Chromiums that `playwright install` left in its cache, the newest first."""
    cache = "Library/Caches" if sys.platform == "darwin" else ".cache"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / cache / "ms-playwright")
    builds = sorted(folder.glob("chromium-*"), key=lambda build: build.name.rpartition("-")[2].zfill(8), reverse=True)
    for build in builds:
        for pattern in ("chrome-linux*/chrome", "chrome-mac*/*.app/Contents/MacOS/*"):
            yield from (found for found in build.glob(pattern) if os.access(found, os.X_OK))


def _absence() -> str:
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return f"Chromium: CHROMIUM={chosen} is not a program"
    return "Chromium: none installed, and neither apt-get nor `playwright install chromium` could bring it"


def _privilege() -> list[str] | None:
    """The words before a command that needs root: none as root, sudo where it asks for no password, else None."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _attempt(command: list[str]) -> None:
    """Run an installer without its chatter; when it fails, show the end of what it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-3:]), file=sys.stderr, flush=True)


def main() -> int:
    """Install, then say what is still missing."""
    install()
    missing = missing_pieces()
    for piece in missing:
        print(f"missing: {piece}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
