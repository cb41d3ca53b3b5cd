"""Programs of other clients: how they are found, installed and run."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "tests/sdk/clients"
INSTALLED = ROOT / "build/clients"
INSTALL_TIMEOUT_S = 300


def run(*words, fails=False, cwd=None, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ended = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=300, cwd=cwd,
                           env={**clean, **environment})
    assert bool(ended.returncode) == fails, ended.stdout[-2000:] + ended.stderr[-2000:]
    return ended.stdout


def program(name):
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def same_sources(name):
    """Whether what was installed is made of the files that are there now."""
    for source in (CLIENTS / name).rglob("*"):
        copy = INSTALLED / name / source.relative_to(CLIENTS / name)
        if source.is_file() and not (copy.is_file() and copy.read_bytes() == source.read_bytes()):
            return False
    return True


def install(name, *words, made):
    """Installs the libraries of a client once, and again when it changed; skips where that cannot be done."""
    folder = INSTALLED / name
    if not same_sources(name) or not (folder / made).exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(CLIENTS / name, folder)
        try:
            subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=INSTALL_TIMEOUT_S)
        except (subprocess.SubprocessError, OSError) as failure:
            pytest.skip(f"the libraries of {name} cannot be installed: {failure}")
    return folder


def go_clients():
    """The folder of the programs in Go."""
    go = program("go")
    return install("go", go, "build", "-o", "bin/", "./...", made="bin") / "bin"


def java_client(name, *words):
    """Runs one of the programs in Java."""
    java, maven, compiler = program("java"), program("mvn"), program("javac")
    fetch = f"{maven} -q -B dependency:copy-dependencies -DoutputDirectory=lib"
    folder = install("java", "sh", "-c", f"{fetch} && {compiler} -d out -cp 'lib/*' *.java", made="out")
    return run(java, "-cp", f"{folder}/out:{folder}/lib/*", name, *words)
