"""The example that the README shows runs as printed and says what happened."""

import re


def test_pipeline_runs_end_to_end(run_example):
    output = run_example("pipeline")
    assert re.search(r"All of it happened: \d+ steps", output), output
    for step in ("aws s3 cp", "presigned PUT", "CompleteMultipartUpload", "advance 5h", "GetJobOutput"):
        assert step in output, f"no step {step!r} in the timeline"
