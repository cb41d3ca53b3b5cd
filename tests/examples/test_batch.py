"""The batch example: a queue, a choice of processors, PDFs, a dead letter."""


def test_batch_runs_end_to_end(run_example):
    assert "All of it happened" in run_example("batch")
