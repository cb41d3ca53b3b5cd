"""What the tests of DynamoDB's tables and their backups, exports and replicas share."""

import urllib.error
import urllib.request

from conftest import make_client
from refusals import code_and_message as refused  # noqa: F401

HASH = [{"AttributeName": "p", "KeyType": "HASH"}]
NAMES = [{"AttributeName": "p", "AttributeType": "S"}]


def raw_call(endpoint, operation, body, **headers):
    """Status, headers and bytes of a call that no SDK has touched."""
    credential = "Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
    request = urllib.request.Request(endpoint, data=body, headers={
        "X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0",
        "Authorization": f"AWS4-HMAC-SHA256 {credential}", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class Account:
    """An account of the test's own: clients of any region, a frozen clock, tables with the key "p"."""

    def __init__(self, endpoint, admin, name):
        self.endpoint, self.admin, self.name = endpoint, admin, name
        self.db = self.client("dynamodb")
        admin.freeze(name)

    def client(self, service, region="us-east-1"):
        return make_client(service, self.endpoint, access_key=self.name, region=region)

    def advance(self, duration):
        return self.admin.advance(duration, self.name)

    def settle(self):
        return self.admin.settle(self.name)

    def now(self):
        """Virtual time in seconds."""
        return self.admin.now_ms(self.name) / 1000

    def create(self, table, extra=(), **options):
        self.db.create_table(
            TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=HASH,
            AttributeDefinitions=NAMES + [{"AttributeName": name, "AttributeType": "S"} for name in extra], **options)
        return self.db.describe_table(TableName=table)["Table"]

    def put(self, table, key, region=None, **attributes):
        db = self.client("dynamodb", region) if region else self.db
        db.put_item(TableName=table, Item={"p": {"S": key}, **attributes})

    def delete(self, table, key):
        self.db.delete_item(TableName=table, Key={"p": {"S": key}})

    def items(self, table, region=None):
        """All items of the table by key, without the key."""
        db = self.client("dynamodb", region) if region else self.db
        found = {}
        for page in db.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                found[item.pop("p")["S"]] = item
        return found

    def enable_recovery(self, table, **specification):
        self.db.update_continuous_backups(
            TableName=table,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, **specification})
