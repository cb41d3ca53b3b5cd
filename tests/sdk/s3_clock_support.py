"""What tests of S3 over time share: a client whose account's clock stands still, and a bucket of its own."""

import pytest
from conftest import make_client
from s3_support import bucket  # noqa: F401


@pytest.fixture
def s3(endpoint, account, admin):
    admin.freeze(account)
    return make_client("s3", endpoint, access_key=account)
