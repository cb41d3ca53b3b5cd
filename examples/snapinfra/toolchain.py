"""Node's side of the example: its packages, installed once, and its sources, compiled when they changed."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
INSTALLED = HERE / "node_modules" / ".package-lock.json"
COMPILED = HERE / "dist" / ".compiled"


def why_not():
    """Empty, or why the example cannot run here."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    if missing:
        return f"no {' and no '.join(missing)} (Debian's packages nodejs and npm)"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return "" if int(version[1:].split(".")[0]) >= 18 else f"node {version} is too old: 18 or later is needed"


def newest(paths):
    return max(path.stat().st_mtime for path in paths)


def call(*command):
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"FAILED: {' '.join(command)}:\n{done.stdout}{done.stderr}")


def prepare():
    """Works offline once the packages are there."""
    if not INSTALLED.exists() or newest([INSTALLED]) < newest([HERE / "package-lock.json"]):
        print("Installing npm packages into examples/snapinfra/node_modules")
        call("npm", "ci", "--no-audit", "--no-fund")
    if not COMPILED.exists() or newest([COMPILED]) < newest([HERE / "tsconfig.json", *HERE.glob("src/*.ts")]):
        print("Compiling the TypeScript")
        call("npm", "run", "build")
        COMPILED.touch()
