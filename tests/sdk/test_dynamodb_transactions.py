"""Transactions against everything else: histories of concurrent calls must be serializable.

Who meets a transaction that is under way is refused (emulator/services/dynamodb/transaction/conflict_test.cc
has each case): to a history, such a call was never made.
"""

import random
import threading
import uuid

import pytest
from botocore.exceptions import ClientError
from conftest import make_client
from dynamodb_support import HASH, NAMES


@pytest.fixture
def table(client, unique):
    db, name = client("dynamodb"), unique("history")
    db.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=HASH, AttributeDefinitions=NAMES)
    yield name
    db.delete_table(TableName=name)


def is_conflict(error):
    """Whether the call was refused, whole, because another one was under way on an item of it."""
    reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
    return error.response["Error"]["Code"] == "TransactionConflictException" or "TransactionConflict" in reasons


def key(name):
    return {"p": {"S": name}}


class History:
    """What calls read and wrote. Every write makes a version of its own, so reads name their writer."""

    def __init__(self):
        self.lock, self.calls = threading.Lock(), []

    def add(self, reads, writes):
        """`reads`: item -> version seen ("" for none); `writes`: item -> version made."""
        with self.lock:
            self.calls.append((reads, writes))

    def edges(self, order):
        """Which call must stand before which: `order` has each item's versions from oldest to newest."""
        writer = {version: i for i, (_, writes) in enumerate(self.calls) for version in writes.values()}
        next_version = {(item, a): b for item, versions in order.items() for a, b in zip(["", *versions], versions)}
        for i, (reads, writes) in enumerate(self.calls):
            for item, version in reads.items():
                if version:
                    yield writer[version], i  # It saw what that call wrote
                overwriter = next_version.get((item, version))
                if overwriter:
                    yield i, writer[overwriter]  # and not what the next one did.
        for versions in order.values():
            for a, b in zip(versions, versions[1:]):
                yield writer[a], writer[b]

    def assert_serializable(self, order):
        after = {}
        for a, b in self.edges(order):
            if a != b:
                after.setdefault(a, set()).add(b)
        state = {}
        for start in range(len(self.calls)):
            stack = [(start, iter(after.get(start, ())))] if start not in state else []
            state.setdefault(start, "open")
            while stack:
                node, successors = stack[-1]
                following = next(successors, None)
                if following is None:
                    state[node] = "done"
                    stack.pop()
                elif state.get(following) == "open":
                    raise AssertionError(f"a cycle through {self.calls[node]} and {self.calls[following]}")
                elif following not in state:
                    state[following] = "open"
                    stack.append((following, iter(after.get(following, ()))))


def run_threads(count, work):
    failures = []

    def guard(number):
        try:
            work(number)
        except Exception as error:  # A thread's failure is the test's.
            failures.append(error)

    threads = [threading.Thread(target=guard, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]


class Client:
    """One of the writers: random transactions, single updates and transactional reads over few items."""

    def __init__(self, endpoint, table, items, history, seed):
        self.db = make_client("dynamodb", endpoint, retries={"max_attempts": 0})
        self.table, self.items, self.history, self.random = table, items, history, random.Random(seed)

    def step(self):
        chosen = self.random.sample(self.items, self.random.randint(2, 4))
        try:
            self.random.choice([self.transact, self.transact, self.update, self.read])(chosen)
        except ClientError as error:
            if not is_conflict(error):
                raise

    def append(self, item, version):
        """An update that keeps the list of versions: its old end is what the call read."""
        return {
            "TableName": self.table, "Key": key(item),
            "UpdateExpression": "SET versions = list_append(if_not_exists(versions, :none), :mine)",
            "ExpressionAttributeValues": {":none": {"L": []}, ":mine": {"L": [{"S": version}]}},
        }

    def transact(self, chosen):
        """Reads the last one, then changes the others on the condition that it is still the same."""
        *written, checked = chosen
        seen = self.db.get_item(TableName=self.table, Key=key(checked), ConsistentRead=True).get("Item")
        seen = seen["versions"]["L"] if seen else []
        if seen:
            condition, values = "versions = :seen", {"ExpressionAttributeValues": {":seen": {"L": seen}}}
        else:
            condition, values = "attribute_not_exists(versions)", {}
        made = {item: uuid.uuid4().hex for item in written}
        check = {"TableName": self.table, "Key": key(checked), "ConditionExpression": condition, **values}
        try:
            self.db.transact_write_items(
                TransactItems=[{"ConditionCheck": check}, *({"Update": self.append(i, v)} for i, v in made.items())])
        except ClientError as error:
            if is_conflict(error):
                raise
            assert {reason["Code"] for reason in error.response["CancellationReasons"]} <= {"None", "ConditionalCheckFailed"}
            return
        self.history.add({checked: seen[-1]["S"] if seen else ""}, made)

    def update(self, chosen):
        version = uuid.uuid4().hex
        old = self.db.update_item(**self.append(chosen[0], version), ReturnValues="ALL_OLD").get("Attributes", {})
        versions = old.get("versions", {"L": []})["L"]
        self.history.add({chosen[0]: versions[-1]["S"] if versions else ""}, {chosen[0]: version})

    def read(self, chosen):
        answer = self.db.transact_get_items(
            TransactItems=[{"Get": {"TableName": self.table, "Key": key(item)}} for item in chosen])
        lists = [response.get("Item", {}).get("versions", {"L": []})["L"] for response in answer["Responses"]]
        self.history.add({item: found[-1]["S"] if found else "" for item, found in zip(chosen, lists)}, {})


def test_serializable(client, endpoint, table):
    """Random transactions, updates and reads of eight clients over six items have an order that explains them."""
    items, history = [f"item-{i}" for i in range(6)], History()

    def work(number):
        worker = Client(endpoint, table, items, history, number)
        for _ in range(40):
            worker.step()

    run_threads(8, work)
    order = {}
    for item in items:
        found = client("dynamodb").get_item(TableName=table, Key=key(item), ConsistentRead=True).get("Item")
        order[item] = [version["S"] for version in found["versions"]["L"]] if found else []
    written = {version for _, writes in history.calls for version in writes.values()}
    assert written == {version for versions in order.values() for version in versions}, "nothing lost, nothing half done"
    history.assert_serializable(order)


def test_checker_sees_a_cycle():
    """A checker that accepts everything proves nothing: write skew must be found."""
    history = History()
    history.add({"a": ""}, {"b": "b1"})
    history.add({"b": ""}, {"a": "a1"})
    with pytest.raises(AssertionError, match="cycle"):
        history.assert_serializable({"a": ["a1"], "b": ["b1"]})


def test_transfers_keep_the_sum(client, endpoint, table):
    """Money moves between accounts in transactions; no reader ever sees a sum that is not there."""
    db, accounts = client("dynamodb"), [f"account-{i}" for i in range(5)]
    for name in accounts:
        db.put_item(TableName=table, Item={**key(name), "money": {"N": "100"}})

    def move(name, amount):
        return {"Update": {
            "TableName": table, "Key": key(name), "UpdateExpression": "SET money = money + :amount",
            "ConditionExpression": "money >= :least",
            "ExpressionAttributeValues": {":amount": {"N": str(amount)}, ":least": {"N": str(max(-amount, 0))}}}}

    def work(number):
        own, dice = make_client("dynamodb", endpoint), random.Random(number)
        for _ in range(30):
            if number % 4 == 0:
                try:
                    answer = own.transact_get_items(
                        TransactItems=[{"Get": {"TableName": table, "Key": key(name)}} for name in accounts])
                except own.exceptions.TransactionCanceledException as error:
                    assert is_conflict(error)
                    continue
                assert sum(int(one["Item"]["money"]["N"]) for one in answer["Responses"]) == 500
                continue
            source, target = dice.sample(accounts, 2)
            amount = dice.randint(1, 60)
            try:
                own.transact_write_items(TransactItems=[move(source, -amount), move(target, amount)])
            except own.exceptions.TransactionCanceledException:
                pass

    run_threads(8, work)
    assert sum(int(item["money"]["N"]) for item in db.scan(TableName=table)["Items"]) == 500


class Hot:
    """Calls that meet on one item. Large transactions take long enough to be met."""

    def __init__(self, endpoint, table):
        self.db, self.table = make_client("dynamodb", endpoint), table

    def count(self, name):
        return {"TableName": self.table, "Key": key(name), "UpdateExpression": "ADD hits :one",
                "ExpressionAttributeValues": {":one": {"N": "1"}}}

    def transact(self, number, turn):
        others = [{"Update": self.count(f"{number}-{i}")} for i in range(99)]
        self.db.transact_write_items(TransactItems=[*others, {"Update": self.count("hot")}])
        return 1

    def update(self, number, turn):
        self.db.update_item(**self.count("hot"))
        return 1

    def read(self, number, turn):
        self.db.transact_get_items(TransactItems=[{"Get": {"TableName": self.table, "Key": key("hot")}}])
        return 0

    def execute(self, number, turn):
        self.db.execute_statement(Statement=f'UPDATE "{self.table}" SET hits = hits + 1 WHERE p = \'hot\'')
        return 1

    def batch(self, number, turn):
        """What met a transaction is handed back, and may be sent again; the rest of the batch is done."""
        puts = [{"PutRequest": {"Item": key(f"batch-{turn}-{name}")}} for name in range(3)]
        answer = self.db.batch_write_item(RequestItems={self.table: [*puts, {"DeleteRequest": {"Key": key("hot-empty")}}]})
        assert not answer["UnprocessedItems"], "no transaction touches these"
        return 0


def test_a_hot_item_counts_every_success(endpoint, table):
    """What was answered with success counts once, what met a transaction not at all, and the SDK sends none again."""
    clients = [Hot(endpoint, table) for _ in range(8)]
    clients[0].update(0, 0)
    counted, refused, lock = [1], set(), threading.Lock()

    def work(number):
        hot = clients[number]
        call = [hot.transact, hot.transact, hot.transact, hot.transact, hot.update, hot.read, hot.execute, hot.batch][number]
        for turn in range(40):
            try:
                done = call(number, turn)
            except ClientError as error:
                assert is_conflict(error), error
                assert error.response["ResponseMetadata"]["RetryAttempts"] == 0
                reasons = [reason["Code"] for reason in error.response.get("CancellationReasons", [])]
                assert not reasons or reasons == ["None"] * (len(reasons) - 1) + ["TransactionConflict"]
                with lock:
                    refused.add((error.operation_name, error.response["Error"]["Code"]))
                continue
            with lock:
                counted[0] += done

    run_threads(8, work)
    item = clients[0].db.get_item(TableName=table, Key=key("hot"), ConsistentRead=True)["Item"]
    assert int(item["hits"]["N"]) == counted[0]
    assert refused <= {
        ("TransactWriteItems", "TransactionCanceledException"), ("TransactGetItems", "TransactionCanceledException"),
        ("UpdateItem", "TransactionConflictException"), ("ExecuteStatement", "TransactionConflictException")}


def test_large_transaction(client, unique):
    """Four megabytes of items with two indexes and a stream are one transaction."""
    db, name = client("dynamodb"), unique("large")
    db.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=HASH,
        AttributeDefinitions=NAMES + [{"AttributeName": n, "AttributeType": "S"} for n in "gh"],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        GlobalSecondaryIndexes=[
            {"IndexName": "by-" + n, "KeySchema": [{"AttributeName": n, "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
            for n in "gh"])
    for text in ("x", "y"):  # The second time, the stream holds the old items too.
        db.transact_write_items(TransactItems=[
            {"Put": {"TableName": name, "Item": {**key(str(i)), "g": {"S": "g"}, "h": {"S": "h"},
                                                  "text": {"S": text * 390_000}}}} for i in range(10)])
    assert db.scan(TableName=name, Select="COUNT", IndexName="by-g")["Count"] <= 10
    assert db.get_item(TableName=name, Key=key("9"))["Item"]["text"]["S"][0] == "y"
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=[
            {"Put": {"TableName": name, "Item": {**key(str(i)), "text": {"S": "x" * 400_000}}}} for i in range(11)])
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_token_lasts_ten_minutes(endpoint, admin, account):
    """The same request under its token is done once in ten minutes of the account's clock."""
    admin.freeze(account)
    db = make_client("dynamodb", endpoint, access_key=account)
    db.create_table(TableName="counters", BillingMode="PAY_PER_REQUEST", KeySchema=HASH, AttributeDefinitions=NAMES)
    count = {"Update": {"TableName": "counters", "Key": key("a"), "UpdateExpression": "ADD hits :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}}}}

    def hits():
        return int(db.get_item(TableName="counters", Key=key("a"))["Item"]["hits"]["N"])

    for _ in range(3):
        db.transact_write_items(TransactItems=[count], ClientRequestToken="token")
    assert hits() == 1
    other = {"Delete": {"TableName": "counters", "Key": key("b")}}
    with pytest.raises(ClientError) as caught:
        db.transact_write_items(TransactItems=[other], ClientRequestToken="token")
    assert caught.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"
    item = {**key("c"), "n": {"N": "1"}}  # Attributes have no order.
    for same in (item, dict(reversed(item.items()))):
        db.transact_write_items(TransactItems=[{"Put": {"TableName": "counters", "Item": same}}], ClientRequestToken="item")
    admin.advance("10m", account)
    db.transact_write_items(TransactItems=[count], ClientRequestToken="token")
    assert hits() == 2


def test_counters_survive_a_kill(start_daemon, tmp_path):
    """32 writers count on conditions, hot and cold; kill -9 loses nothing that was acknowledged."""
    first = start_daemon("--data", str(tmp_path))
    db = make_client("dynamodb", first.endpoint)
    db.create_table(TableName="counters", BillingMode="PAY_PER_REQUEST", KeySchema=HASH, AttributeDefinitions=NAMES)
    acknowledged, attempted, lock = {}, {}, threading.Lock()
    enough = threading.Event()

    def count(number):
        own, dice = make_client("dynamodb", first.endpoint), random.Random(number)
        while True:
            name = "hot" if dice.random() < 0.5 else f"cold-{number}"
            with lock:
                attempted[name] = attempted.get(name, 0) + 1
            try:
                own.update_item(
                    TableName="counters", Key=key(name), UpdateExpression="ADD hits :one",
                    ConditionExpression="attribute_not_exists(hits) OR hits >= :one",
                    ExpressionAttributeValues={":one": {"N": "1"}})
            except Exception:  # The daemon is gone.
                return
            with lock:
                acknowledged[name] = acknowledged.get(name, 0) + 1
                if sum(acknowledged.values()) >= 1500:
                    enough.set()

    threads = [threading.Thread(target=count, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    enough.wait(120)
    first.stop(9)
    for thread in threads:
        thread.join()
    second = start_daemon("--data", str(tmp_path))
    db = make_client("dynamodb", second.endpoint)
    hits = {item["p"]["S"]: int(item["hits"]["N"]) for item in db.scan(TableName="counters")["Items"]}
    for name, count_of in acknowledged.items():
        # What was under way when the daemon died may or may not have been counted.
        assert count_of <= hits[name] <= attempted[name], name
