"""The arrows between modules: the contracts in pyproject.toml hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app import FEATURES
from tests.policing.sources import ROOT


def test_the_contracts_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_feature_is_registered() -> None:
    frame = {"core", "web", "sample", "templates", "static", "locales", "__pycache__"}
    folders = {path.name for path in (ROOT / "app").iterdir() if path.is_dir()} - frame
    assert folders == set(FEATURES)
