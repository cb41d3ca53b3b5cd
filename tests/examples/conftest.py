import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]


def pytest_addoption(parser):
    parser.addoption("--daemon", required=True, help="the cumulite program to run the examples with")


@pytest.fixture
def run_example(request):
    """Runs examples/NAME/run.py, which must succeed; returns what it printed."""
    def run(name, *options):
        done = subprocess.run([sys.executable, ROOT / f"examples/{name}/run.py", *options, "--daemon",
                               request.config.getoption("--daemon")], capture_output=True, text=True, timeout=600, cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
