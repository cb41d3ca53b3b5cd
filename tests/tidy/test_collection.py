"""Every file of tests can be read by pytest: an import that fails shows within seconds, not at the end of a run."""

import subprocess
import sys

import pytest

from source import ROOT

FOLDERS = {"sdk": ("--daemon", "none"), "crash": ("--daemon", "none"), "examples": ("--daemon", "none"), "fuzz": ("--build", "none")}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_can_be_collected(folder):
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "--collect-only",
               f"tests/{folder}", *FOLDERS[folder]]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr[-2000:]
