"""Every operation that has a row has a test and a line in its service's README."""

import json
import re

import pytest

from operation_table import BEGIN, END, rows, table
from source import ROOT, text_of, tracked

SERVICES = sorted(path.parent.name for path in ROOT.glob("emulator/services/*/service.h"))


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@pytest.mark.parametrize("service", SERVICES)
def test_rows_are_operations_of_the_model(service):
    path = ROOT / "protocol/model/models" / f"{service}.json"
    model = json.loads(path.read_text(encoding="utf-8"))
    found = rows(service)
    assert len(found) == len(set(found))
    assert set(found) <= set(model["operations"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_row_is_in_the_readme(service):
    readme = text_of(f"emulator/services/{service}/README.md")
    missing = [name for name in rows(service) if not re.search(rf"\b{name}\b", readme)]
    assert not missing


@pytest.mark.parametrize("service", SERVICES)
def test_every_row_has_a_test(service):
    """A boto3 call, or the operation's name, in the black-box tests or beside the code."""
    text = "\n".join(text_of(path) for path in tracked(".py", "_test.cc")
                     if path.startswith(("tests/sdk/", f"emulator/services/{service}/")))
    missing = [name for name in rows(service)
               if not re.search(rf"\b({name}|{snake(name)})\b", text)]
    assert not missing


def test_the_readmes_table_is_true():
    """Run tests/tidy/operation_table.py --write after adding a row."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text[text.index(BEGIN) + len(BEGIN):text.index(END)].strip() == table()
