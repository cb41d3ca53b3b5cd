"""The genomics example: days of archiving and thawing in seconds."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]


def test_genomics_runs_end_to_end(request):
    run = subprocess.run([sys.executable, ROOT / "examples/genomics/run.py", "--daemon", request.config.getoption("--daemon")],
                         capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    days = re.search(r"All of it happened: (\d+\.\d) days in", run.stdout)
    assert days and float(days.group(1)) > 2, run.stdout
