"""The batch example: a queue, a choice of processors, PDFs, a dead letter."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]


def test_batch_runs_end_to_end(request):
    run = subprocess.run([sys.executable, ROOT / "examples/batch/run.py", "--daemon", request.config.getoption("--daemon")],
                         capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "All of it happened" in run.stdout
