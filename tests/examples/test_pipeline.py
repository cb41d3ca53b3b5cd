"""The example that the README shows runs as printed and says what happened."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]


def test_pipeline_runs_end_to_end(request):
    run = subprocess.run([sys.executable, ROOT / "examples/pipeline/run.py", "--daemon", request.config.getoption("--daemon")],
                         capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"All of it happened: \d+ steps", run.stdout), run.stdout
    for step in ("aws s3 cp", "presigned PUT", "CompleteMultipartUpload", "advance 5h", "GetJobOutput"):
        assert step in run.stdout, f"no step {step!r} in the timeline"
