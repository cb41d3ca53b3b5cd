"""The Snapinfra example: TypeScript on the AWS SDK v3, twelve tables, a worker, filtered notifications, a month that passes."""

import sys

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "examples/snapinfra"))

import toolchain  # noqa: E402 - of the example

REASON = toolchain.why_not()


@pytest.mark.skipif(bool(REASON), reason=REASON or "-")
def test_snapinfra_runs_end_to_end(run_example):
    timeline = run_example("snapinfra")
    assert "All of it happened" in timeline
    for step in ("12 tables", "ValidationException", "presigned PUT", "3 of 3", "sms read", "31d"):
        assert step in timeline, f"no step {step!r} in the timeline"
