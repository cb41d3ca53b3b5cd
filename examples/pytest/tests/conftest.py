"""Loads the plugin from beside this folder, unless its entry point has done so after a `pip install`."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
pytest_plugins = ["cumulite_pytest", "pytester"]
