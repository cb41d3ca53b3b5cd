"""Plugins of the tests: C sources, compiled when a test needs them."""

import subprocess

from conftest import ROOT

INCLUDE = ROOT / "emulator" / "functions" / "plugin"


def build(folder, source, name="plugin.so", *options):
    """The path of the shared object. Replaced as a linker does it: what is loaded stays as it was."""
    text = folder / "plugin.c"
    text.write_text(source, encoding="utf-8")
    made = folder / f"{name}.new"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-Wall", "-Werror", f"-I{INCLUDE}", *options, str(text), "-o", str(made)],
                   check=True)
    return made.rename(folder / name)
