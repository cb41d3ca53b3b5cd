"""The thumbnail example: uploads through a queue to a function that is a C++ shared object."""


def test_thumbnails_are_made_end_to_end(run_example):
    assert "All of it happened" in run_example("thumbnail")
