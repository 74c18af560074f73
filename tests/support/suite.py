"""Everything that must hold before a change is good: `make test` runs all steps, `make check` and others run some.

    python -m tests.support.suite             # all
    python -m tests.support.suite style types # these

Every step runs, whatever the earlier ones said. The last line is "N passed, N failed, N skipped": tests as pytest
counts them, and each check as one. A step whose tools cannot be had here says so in one line and is left out; with
CI=true that is a failure, because nobody would read the line.
PYTEST_ADDOPTS goes to pytest as usual: `PYTEST_ADDOPTS="-k clock" make test-sqlite`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.support import browser

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable
PYTEST = (PYTHON, "-m", "pytest", "--quiet", "--no-header")
# The cache would go on believing in a module that was missing when its importer was last read.
CONTRACTS = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
SEVERAL_AT_ONCE = ("--numprocesses=logical", "--maxprocesses=8")
UNAVAILABLE = 69  # EX_UNAVAILABLE: what tests.support.postgres ends with when there is no PostgreSQL


def _browser_is_missing() -> str | None:
    """Bring what browser tests need; why they cannot run, or None."""
    browser.install()
    return "; ".join(browser.missing_pieces()) or None


@dataclass(frozen=True)
class Step:
    """One command. `env` is laid over the environment (None removes); `lacks` says why it cannot run here."""

    command: tuple[str, ...]
    env: Mapping[str, str | None] = field(default_factory=dict)
    lacks: Callable[[], str | None] = lambda: None

    @property
    def counts_tests(self) -> bool:
        return "pytest" in self.command


def _steps() -> dict[str, Step]:
    on_postgresql = os.environ.get("DATABASE_URL", "").startswith("postgres")
    return {
        "style": Step((PYTHON, "-m", "ruff", "check", "--quiet", ".")),
        "format": Step((PYTHON, "-m", "ruff", "format", "--check", "--quiet", ".")),
        "types": Step((PYTHON, "-m", "mypy", "--no-error-summary")),
        "contracts": Step(
            (PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])")
        ),
        "templates": Step((PYTHON, "-m", "djlint", "--lint", "--quiet", "app/templates")),
        "translations": Step((PYTHON, "-m", "tests.support.catalogues")),
        "sqlite": Step(
            (*PYTEST, *SEVERAL_AT_ONCE, "--ignore=tests/browser"),
            {"MINYI_TEST_ENGINE": "sqlite", "DATABASE_URL": None},
        ),
        "postgres": Step(
            (PYTHON, "-m", "tests.support.postgres", "--", *PYTEST, *SEVERAL_AT_ONCE, "tests/actions", "tests/web"),
            {"MINYI_TEST_ENGINE": "postgresql"},
        ),
        "browser": Step(
            (*PYTEST, *SEVERAL_AT_ONCE, "tests/browser"),
            {"MINYI_TEST_ENGINE": "postgresql" if on_postgresql else "sqlite"},
            lacks=_browser_is_missing,
        ),
    }


@dataclass
class Outcome:
    """What came of a step. `missing` is the reason it did not run."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    missing: str | None = None


def run(step: Step) -> Outcome:
    """Run one step, its output going where ours goes."""
    started = time.monotonic()
    missing = step.lacks()
    if missing:
        return Outcome(missing=missing)
    env = {name: value for name, value in {**os.environ, **step.env}.items() if value is not None}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [*step.command, *([f"--junitxml={report}"] if step.counts_tests else [])]
        status = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
        outcome = _counted(report) if report.exists() else Outcome()
    outcome.seconds = time.monotonic() - started
    if step.counts_tests and status == UNAVAILABLE:
        outcome.missing = "PostgreSQL, as said above"
    elif status and not outcome.failed:
        outcome.failed = 1
    elif not step.counts_tests and not status:
        outcome.passed = 1
    return outcome


def _counted(report: Path) -> Outcome:
    """The figures of pytest's JUnit report; an error in setting up counts as a failure."""
    outcome = Outcome()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests, failed, errors, skipped = (
            int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
        )
        outcome.failed += failed + errors
        outcome.skipped += skipped
        outcome.passed += max(0, tests - failed - errors - skipped)
    return outcome


def _line(name: str, outcome: Outcome) -> str:
    if outcome.missing:
        return f"{name:<13} not run: {outcome.missing}"
    figures = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
    return f"{name:<13} {'FAILED' if outcome.failed else 'ok':<7} {outcome.seconds:6.1f} s  {figures}"


def main(names: list[str]) -> int:
    """Run the named steps, or all; 0 when none failed and, under CI, none was missing."""
    steps = _steps()
    unknown = [name for name in names if name not in steps]
    if unknown:
        print(f"No such step: {', '.join(unknown)}. There are: {', '.join(steps)}", file=sys.stderr)
        return 2
    outcomes: dict[str, Outcome] = {}
    for name in names or steps:
        print(f"\n== {name}", flush=True)
        outcomes[name] = run(steps[name])
        print(_line(name, outcomes[name]), flush=True)
    missing = [name for name, outcome in outcomes.items() if outcome.missing]
    in_ci = os.environ.get("CI") == "true"
    failed = sum(outcome.failed for outcome in outcomes.values()) + (len(missing) if in_ci else 0)
    passed = sum(outcome.passed for outcome in outcomes.values())
    skipped = sum(outcome.skipped for outcome in outcomes.values())
    print("\n" + "\n".join(_line(name, outcome) for name, outcome in outcomes.items()))
    if missing and in_ci:
        print(f"CI=true: not run counts as failed ({', '.join(missing)})")
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
