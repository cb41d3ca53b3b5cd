"""The pytest plugin's own tests pass, alone and with parallel workers."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]


def test_plugin_passes_its_own_tests(request):
    run = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests",
                          "--cumulite", str(pathlib.Path(request.config.getoption("--daemon")).resolve())],
                         capture_output=True, text=True, timeout=300, cwd=ROOT / "examples/pytest")
    assert run.returncode == 0, run.stdout + run.stderr
    assert int(re.search(r"(\d+) passed", run.stdout).group(1)) >= 11
