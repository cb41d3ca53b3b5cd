"""The genomics example: days of archiving and thawing in seconds."""

import re


def test_genomics_runs_end_to_end(run_example):
    output = run_example("genomics")
    days = re.search(r"All of it happened: (\d+\.\d) days in", output)
    assert days and float(days.group(1)) > 2, output
