"""What tests of S3 over time share: a client whose account's clock stands still, and a bucket of its own."""

import pytest
from conftest import make_client


@pytest.fixture
def s3(endpoint, account, admin):
    admin.freeze(account)
    return make_client("s3", endpoint, access_key=account)


@pytest.fixture
def bucket(s3, unique):
    name = unique("bucket")
    s3.create_bucket(Bucket=name)
    return name
