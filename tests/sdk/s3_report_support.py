"""What tests of S3's reports share: a client whose account has a clock of its own, and two buckets."""

import pytest


@pytest.fixture
def s3(client, account):
    # An account of its own has a clock of its own.
    return client("s3", access_key=account)


@pytest.fixture
def buckets(s3, unique):
    """The bucket that is reported on, and the one that the reports go to."""
    source, target = unique("source"), unique("reports")
    s3.create_bucket(Bucket=source)
    s3.create_bucket(Bucket=target)
    return source, target
