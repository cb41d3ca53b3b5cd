"""The image example: a dashboard, a function that S3 calls, metadata and e-mail."""


def test_images_run_end_to_end(run_example):
    assert "All of it happened" in run_example("images")
