"""What tests of S3 share: the session's client, and a bucket of the test's own."""

import pytest


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3, unique):
    name = unique("bucket")
    s3.create_bucket(Bucket=name)
    return name
