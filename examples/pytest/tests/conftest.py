"""Loads the plugin from beside this folder, as `pip install` would by its entry point."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
pytest_plugins = ["cumulite_pytest", "pytester"]
