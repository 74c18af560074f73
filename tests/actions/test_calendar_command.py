"""`flask clock due` where no instance is set up yet, and where its database cannot be reached."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
QUESTION = ("--from", "2021-09-24", "--amount", "60", "--unit", "day")


def due(data: Path, *question: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, beside an empty data folder."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "flask", "clock", "due", *question],
        cwd=ROOT,
        env=clean | {"MINYI_ENV": "development", "MINYI_DATA": str(data)} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_before_anything_is_set_up_the_countrys_calendar_answers_with_one_object(tmp_path: Path) -> None:
    done = due(tmp_path, *QUESTION, TZ="Pacific/Kiritimati")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["due"] == "2021-11-23"


def test_what_cannot_be_counted_with_is_told_in_a_sentence_there_too(tmp_path: Path) -> None:
    done = due(tmp_path, *QUESTION, "--area", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("Error: Invalid value for --area: This is no area of the country.\n")


def test_a_database_that_does_not_answer_is_told_in_one_line(tmp_path: Path) -> None:
    done = due(tmp_path, *QUESTION, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: DATABASE_URL: ")
    assert done.stderr.count("\n") == 1
