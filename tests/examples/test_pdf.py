"""The PDF example: a multipart API, a function behind a queue, Celery over SQS, Postgres, and the stack by both tools."""

import shutil
import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "examples/pdf"))

import postgres  # noqa: E402 - of the example
from infrastructure import PLUGINS  # noqa: E402

pytestmark = pytest.mark.skipif(not postgres.available(), reason="no Postgres (Debian's package postgresql)")
HAS_TERRAFORM = shutil.which("terraform") and PLUGINS


@pytest.mark.parametrize("tool", [
    "boto3",
    pytest.param("terraform", marks=pytest.mark.skipif(
        not HAS_TERRAFORM, reason="no terraform with its provider in CUMULITE_TERRAFORM_PLUGINS"))])
def test_pdf_runs_end_to_end(run_example, tool):
    timeline = run_example("pdf", "--infrastructure", tool)
    assert "All of it happened" in timeline
    for step in ("create", "split_sample_3_2024.pdf", "the same callback again", "destroy"):
        assert step in timeline, f"no step {step!r} in the timeline"
