"""The image example: a dashboard, a function that S3 calls, metadata and e-mail."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]


def test_images_run_end_to_end(request):
    run = subprocess.run([sys.executable, ROOT / "examples/images/run.py", "--daemon", request.config.getoption("--daemon")],
                         capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "All of it happened" in run.stdout
