"""Every parser of bytes from outside survives its corpus and mutants of it, under the sanitizers of the build."""

import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
TARGETS = sorted(path.stem for path in (ROOT / "protocol").rglob("*_fuzz.cc"))


@pytest.mark.parametrize("target", TARGETS)
def test_survives_mutants(target, request, tmp_path):
    corpus = ROOT / "tests/fuzz/corpus" / target
    assert any(corpus.iterdir()), "a fuzz target without a corpus tests next to nothing"
    program = pathlib.Path(request.config.getoption("--build")).resolve() / target
    run = subprocess.run([program, "--runs", str(request.config.getoption("--runs")), corpus], cwd=tmp_path,
                         capture_output=True, text=True, errors="replace", timeout=600)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
