"""Global tables of multi-Region strong consistency: three Regions, one of which may be a witness."""

import signal
import threading

import pytest
from botocore.exceptions import ClientError
from conftest import make_client
from dynamodb_support import HASH, NAMES, Account, refused

EAST, OHIO, OREGON = "us-east-1", "us-east-2", "us-west-2"
REGIONS = (EAST, OHIO, OREGON)
VALIDATION = "ValidationException"


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


def creates(*regions):
    return [{"Create": {"RegionName": region}} for region in regions]


def deletes(*regions):
    return [{"Delete": {"RegionName": region}} for region in regions]


def strong_table(own, witness=False, **options):
    """A table of three replicas, or of two and a witness in Oregon."""
    own.create("data", **options)
    change = {"ReplicaUpdates": creates(OHIO), "GlobalTableWitnessUpdates": creates(OREGON)} if witness else {
        "ReplicaUpdates": creates(OHIO, OREGON)}
    return own.db.update_table(TableName="data", MultiRegionConsistency="STRONG", **change)["TableDescription"]


def described(own, region=EAST):
    return own.client("dynamodb", region).describe_table(TableName="data")["Table"]


def statuses(table):
    return {entry["RegionName"]: entry["ReplicaStatus"] for entry in table.get("Replicas", [])}


def read(own, region, key):
    answer = own.client("dynamodb", region).get_item(TableName="data", Key={"p": {"S": key}}, ConsistentRead=True)
    return answer.get("Item")


def test_a_write_is_read_in_every_region_at_once(own):
    """Nothing is waited for: what one Region answered, all Regions read, in their tables and indexes."""
    index = {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}}
    created = strong_table(own, extra="g", GlobalSecondaryIndexes=[index])
    assert (created["TableStatus"], created["MultiRegionConsistency"], created["GlobalTableVersion"]) == (
        "UPDATING", "STRONG", "2019.11.21")
    for region in REGIONS:
        table = described(own, region)
        assert (table["TableStatus"], table["MultiRegionConsistency"]) == ("ACTIVE", "STRONG")
        assert statuses(table) == {other: "ACTIVE" for other in REGIONS if other != region}
        assert f":{region}:" in table["TableArn"] and "GlobalTableWitnesses" not in table
    for number, writer in enumerate(REGIONS * 3):
        db = own.client("dynamodb", writer)
        db.update_item(TableName="data", Key={"p": {"S": "k"}}, UpdateExpression="SET g = :g ADD n :one",
                       ExpressionAttributeValues={":g": {"S": "x"}, ":one": {"N": "1"}})
        wanted = {"p": {"S": "k"}, "g": {"S": "x"}, "n": {"N": str(number + 1)}}
        for region in REGIONS:
            assert read(own, region, "k") == wanted
            assert own.client("dynamodb", region).query(
                TableName="data", IndexName="by-g", KeyConditionExpression="g = :g",
                ExpressionAttributeValues={":g": {"S": "x"}})["Items"] == [wanted]
    own.client("dynamodb", OHIO).batch_write_item(RequestItems={"data": [
        {"DeleteRequest": {"Key": {"p": {"S": "k"}}}}, {"PutRequest": {"Item": {"p": {"S": "b"}}}}]})
    own.client("dynamodb", OREGON).execute_statement(Statement="INSERT INTO \"data\" VALUE {'p': 'sql'}")
    for region in REGIONS:
        assert sorted(own.items("data", region)) == ["b", "sql"]
        assert described(own, region)["ItemCount"] == 2


def test_conditions_see_the_writes_of_all_regions(own):
    """Three Regions at once each try to be the first to write an item: one of them is, every time."""
    strong_table(own)
    rounds, winners, lock = 40, {}, threading.Lock()
    barrier = threading.Barrier(len(REGIONS))

    def race(region):
        db = own.client("dynamodb", region)
        for number in range(rounds):
            barrier.wait()
            try:
                db.put_item(TableName="data", Item={"p": {"S": f"k{number}"}, "who": {"S": region}},
                            ConditionExpression="attribute_not_exists(p)")
            except ClientError as error:
                assert error.response["Error"]["Code"] in (
                    "ConditionalCheckFailedException", "ReplicatedWriteConflictException")
            else:
                with lock:
                    winners.setdefault(f"k{number}", []).append(region)

    threads = [threading.Thread(target=race, args=(region,)) for region in REGIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(winners) == rounds and all(len(regions) == 1 for regions in winners.values())
    for region in REGIONS:
        assert own.items("data", region) == {key: {"who": {"S": who}} for key, (who,) in winners.items()}


def test_counters_lose_nothing(own):
    """Increments from three Regions add up; one that met another Region's write says so and is tried again."""
    strong_table(own)

    def count(region):
        db, done = own.client("dynamodb", region), 0
        while done < 50:
            try:
                db.update_item(TableName="data", Key={"p": {"S": "k"}}, UpdateExpression="ADD n :one",
                               ExpressionAttributeValues={":one": {"N": "1"}})
                done += 1
            except ClientError as error:
                assert error.response["Error"] == {
                    "Code": "ReplicatedWriteConflictException",
                    "Message": "One or more items in this request are being modified by a request in another Region."}

    threads = [threading.Thread(target=count, args=(region,)) for region in REGIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [read(own, region, "k")["n"] for region in REGIONS] == [{"N": "150"}] * 3


def test_a_witness_is_no_table(own):
    """It is described by the replicas alone; its Region has no table of that name, and may have another."""
    strong_table(own, witness=True)
    for region, other in ((EAST, OHIO), (OHIO, EAST)):
        table = described(own, region)
        assert statuses(table) == {other: "ACTIVE"}
        assert table["GlobalTableWitnesses"] == [{"RegionName": OREGON, "WitnessStatus": "ACTIVE"}]
    west = own.client("dynamodb", OREGON)
    assert refused(west.describe_table, TableName="data")[0] == "ResourceNotFoundException"
    west.create_table(TableName="data", BillingMode="PAY_PER_REQUEST", KeySchema=HASH, AttributeDefinitions=NAMES)
    own.put("data", "k")
    assert own.items("data", OHIO) == {"k": {}} and own.items("data", OREGON) == {}


def test_a_group_goes_as_it_came(own):
    """All replicas and the witness in one call; what is left is a table of its Region, with its items."""
    strong_table(own, witness=True)
    own.put("data", "k")

    def update(replicas, witnesses=(), **options):
        if witnesses:
            options["GlobalTableWitnessUpdates"] = list(witnesses)
        return refused(own.db.update_table, TableName="data", ReplicaUpdates=replicas, **options)

    assert update(creates("eu-west-1")) == (
        VALIDATION, "Cannot add replicas to a global table with strong MultiRegionConsistency")
    assert update(creates("eu-west-1"), MultiRegionConsistency="STRONG") == (
        VALIDATION, "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.")
    assert update(creates("eu-west-1"), MultiRegionConsistency="EVENTUAL") == (
        VALIDATION, "MultiRegionConsistency parameter is unsupported on existing global table")
    assert update(deletes(OHIO), MultiRegionConsistency="STRONG") == (
        VALIDATION, "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.")
    assert update(deletes(OHIO)) == (
        VALIDATION, "Update table delete operation does not include all witnesses.")
    assert update(deletes(OHIO), deletes("eu-west-1")) == (
        VALIDATION, "Update global table operation failed because one or more witnesses were not part of the global "
                    "table. Please retry the request without these witnesses: [eu-west-1].")
    alone = (VALIDATION, "Deletion of only one table replica is not supported for global tables with "
                         "MultiRegionConsistency set to STRONG.")
    assert refused(own.db.delete_table, TableName="data") == alone
    assert refused(own.client("dynamodb", OHIO).delete_table, TableName="data") == alone
    own.db.update_table(TableName="data", ReplicaUpdates=deletes(OHIO), GlobalTableWitnessUpdates=deletes(OREGON))
    table = described(own)
    assert table["TableStatus"] == "ACTIVE"
    assert not {"Replicas", "GlobalTableWitnesses", "MultiRegionConsistency", "GlobalTableVersion"} & set(table)
    assert refused(own.client("dynamodb", OHIO).describe_table, TableName="data")[0] == "ResourceNotFoundException"
    own.put("data", "later")
    assert sorted(own.items("data")) == ["k", "later"]
    own.db.delete_table(TableName="data")


def test_one_of_three_replicas_stays(own):
    """One replica alone cannot leave, nor one that is protected; both at once can."""
    strong_table(own)
    assert refused(own.db.update_table, TableName="data", ReplicaUpdates=deletes(OHIO)) == (
        VALIDATION, "Deletion of only one table replica is not supported for global tables with "
                    "MultiRegionConsistency set to STRONG.")
    ohio = own.client("dynamodb", OHIO)
    ohio.update_table(TableName="data", DeletionProtectionEnabled=True)
    assert refused(own.db.update_table, TableName="data", ReplicaUpdates=deletes(OHIO, OREGON)) == (
        VALIDATION, f"Cannot delete table data in region {OHIO} because it has deletion protection enabled. Disable "
                    "deletion protection first.")
    ohio.update_table(TableName="data", DeletionProtectionEnabled=False)
    ohio.update_table(TableName="data", ReplicaUpdates=deletes(EAST, OREGON))
    assert refused(own.db.describe_table, TableName="data")[0] == "ResourceNotFoundException"
    assert statuses(described(own, OHIO)) == {}


def test_what_makes_no_group(own):
    """The number of Regions, which they are, what else the request has, what the table has."""
    own.create("data")

    def update(replicas, witnesses=(), consistency="STRONG", **options):
        if witnesses:
            options["GlobalTableWitnessUpdates"] = creates(*witnesses)
        if consistency:
            options["MultiRegionConsistency"] = consistency
        return refused(own.db.update_table, TableName="data", ReplicaUpdates=creates(*replicas), **options)

    count = (VALIDATION, "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG.")
    assert update([OHIO]) == count and update(["us-west-1"]) == count and update([OHIO, OREGON], ["eu-west-1"]) == count
    needs_strong = (VALIDATION, "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter "
                                "is present.")
    assert update([OHIO], [OREGON], "EVENTUAL") == needs_strong and update([OHIO], [OREGON], None) == needs_strong
    assert update([OHIO, "ap-south-1"]) == (
        VALIDATION, "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: "
                    "[ap-south-1].")
    assert update(["us-west-1"], ["us-west-1"])[1].endswith("STRONG: [us-west-1].")
    assert update([OHIO], [OHIO]) == (VALIDATION, "Cannot target multiple regions with the same action")
    assert update([OHIO], [EAST]) == (
        VALIDATION, "Cannot add a witness in the same region as an existing replica when creating a global table with "
                    "MultiRegionConsistency set to STRONG.")
    assert update([OHIO, OREGON], DeletionProtectionEnabled=True) == (
        VALIDATION, "One or more parameter values were invalid: Requests that modify replicas or witnesses must not also modify other fields")
    assert update([OHIO, OREGON], consistency=None) == (
        VALIDATION, "Update table operation with more than one create or delete replica actions not allowed")
    assert refused(own.db.update_table, TableName="data", MultiRegionConsistency="STRONG",
                   GlobalTableWitnessUpdates=creates(OHIO))[1].startswith("At least one of ProvisionedThroughput")
    assert "length less than or equal to 1" in update([OHIO], [OREGON, "eu-west-1"])[1]
    own.put("data", "k")
    assert "must be empty" in update([OHIO, OREGON])[1]
    own.delete("data", "k")
    own.client("dynamodb", OHIO).create_table(
        TableName="data", BillingMode="PAY_PER_REQUEST", KeySchema=HASH, AttributeDefinitions=NAMES)
    assert "already existed as tables" in update([OHIO, OREGON])[1]
    own.db.update_time_to_live(TableName="data", TimeToLiveSpecification={"Enabled": True, "AttributeName": "t"})
    assert "Time to live is not supported" in update([OHIO, OREGON])[1]
    own.create("other")
    own.db.update_table(TableName="other", ReplicaUpdates=creates("eu-west-1"))
    own.settle()
    assert refused(own.db.update_table, TableName="other", MultiRegionConsistency="STRONG",
                   ReplicaUpdates=creates(OHIO, OREGON)) == (
        VALIDATION, "MultiRegionConsistency parameter is unsupported on existing global table")


def test_what_a_group_does_not_have(own):
    """Transactions and TTL; a stream is a matter of each Region."""
    strong_table(own)
    key = {"p": {"S": "k"}}
    for region in REGIONS:
        db = own.client("dynamodb", region)
        for refusal in (
                refused(db.transact_write_items, TransactItems=[{"Put": {"TableName": "data", "Item": key}}]),
                refused(db.transact_get_items, TransactItems=[{"Get": {"TableName": "data", "Key": key}}]),
                refused(db.execute_transaction, TransactStatements=[
                    {"Statement": "INSERT INTO \"data\" VALUE {'p': 'k'}"}]),
                refused(db.update_time_to_live, TableName="data", TimeToLiveSpecification={
                    "Enabled": True, "AttributeName": "t"})):
            assert refusal[0] == VALIDATION and "MultiRegionConsistency set to STRONG" in refusal[1]
    assert "LatestStreamArn" not in described(own)
    ohio = own.client("dynamodb", OHIO)
    ohio.update_table(TableName="data", StreamSpecification={
        "StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    own.put("data", "k")
    own.put("data", "k", n={"N": "1"})
    assert "LatestStreamArn" not in described(own) and "LatestStreamArn" in described(own, OHIO)
    streams = own.client("dynamodbstreams", OHIO)
    arn = described(own, OHIO)["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY"]
    ohio.update_table(TableName="data", StreamSpecification={"StreamEnabled": False})
    own.put("data", "last", region=OREGON)
    assert sorted(own.items("data", OHIO)) == ["k", "last"]


def test_large_items_are_in_every_region(own):
    """An item of the greatest size, with both images in every stream and its history kept, is one write."""
    strong_table(own)
    for region in REGIONS:
        db = own.client("dynamodb", region)
        db.update_table(TableName="data", StreamSpecification={
            "StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        db.update_continuous_backups(TableName="data", PointInTimeRecoverySpecification={
            "PointInTimeRecoveryEnabled": True})
    for letter, region in zip("abc", REGIONS):
        own.put("data", "k", region=region, text={"S": letter * 409_000})
        assert {read(own, other, "k")["text"]["S"][0] for other in REGIONS} == {letter}


def test_states_last_where_tables_take_time(own, admin, account):
    """Replicas and witness are CREATING and DELETING as long as their tables; then all are ACTIVE, or gone."""
    own.create("data")
    admin.post("/_cumulite/dynamodb/tables", seconds=10, account=account)
    try:
        own.db.update_table(TableName="data", MultiRegionConsistency="STRONG", ReplicaUpdates=creates(OHIO),
                            GlobalTableWitnessUpdates=creates(OREGON))
        table = described(own)
        assert (table["TableStatus"], statuses(table)) == ("UPDATING", {OHIO: "CREATING"})
        assert table["GlobalTableWitnesses"] == [{"RegionName": OREGON, "WitnessStatus": "CREATING"}]
        assert described(own, OHIO)["TableStatus"] == "CREATING"
        own.put("data", "early")
        assert refused(own.db.update_table, TableName="data", ReplicaUpdates=deletes(OHIO),
                       GlobalTableWitnessUpdates=deletes(OREGON))[0] == "ResourceInUseException"
        own.advance("10s")
        for region, other in ((EAST, OHIO), (OHIO, EAST)):
            table = described(own, region)
            assert (table["TableStatus"], statuses(table)) == ("ACTIVE", {other: "ACTIVE"})
            assert table["GlobalTableWitnesses"][0]["WitnessStatus"] == "ACTIVE"
            assert own.items("data", region) == {"early": {}}
        answer = own.db.update_table(TableName="data", ReplicaUpdates=deletes(OHIO),
                                     GlobalTableWitnessUpdates=deletes(OREGON))["TableDescription"]
        assert (answer["TableStatus"], statuses(answer)) == ("UPDATING", {OHIO: "ACTIVE"})
        table = described(own)
        assert (table["TableStatus"], statuses(table)) == ("UPDATING", {OHIO: "DELETING"})
        assert table["GlobalTableWitnesses"][0]["WitnessStatus"] == "DELETING"
        assert described(own, OHIO)["TableStatus"] == "DELETING"
        own.put("data", "late")
        own.advance("10s")
        assert described(own)["TableStatus"] == "ACTIVE" and "Replicas" not in described(own)
        assert refused(own.client("dynamodb", OHIO).describe_table, TableName="data")[0] == "ResourceNotFoundException"
        assert sorted(own.items("data")) == ["early", "late"]
    finally:
        admin.post("/_cumulite/dynamodb/tables", seconds=0, account=account)


def test_a_write_that_was_answered_outlives_a_kill_everywhere(start_daemon, tmp_path):
    """After a kill -9 each Region has every acknowledged write, and no Region has what another lacks."""
    daemon = start_daemon("--data", str(tmp_path))
    db = make_client("dynamodb", daemon.endpoint)
    db.create_table(TableName="data", KeySchema=HASH, AttributeDefinitions=NAMES, BillingMode="PAY_PER_REQUEST")
    db.update_table(TableName="data", MultiRegionConsistency="STRONG", ReplicaUpdates=creates(OHIO, OREGON))
    done, stop, enough = [], threading.Event(), threading.Event()

    def write(region):
        client, number = make_client("dynamodb", daemon.endpoint, region=region), 0
        while not stop.is_set():
            key = f"{region}-{number}"
            try:
                client.put_item(TableName="data", Item={"p": {"S": key}})
            except Exception:  # The daemon is gone.
                return
            done.append(key)
            if len(done) >= 200:
                enough.set()
            number += 1

    threads = [threading.Thread(target=write, args=(region,)) for region in REGIONS]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    daemon.stop(signal.SIGKILL)
    stop.set()
    for thread in threads:
        thread.join()
    daemon = start_daemon("--data", str(tmp_path))
    kept = []
    for region in REGIONS:
        client = make_client("dynamodb", daemon.endpoint, region=region)
        kept.append({item["p"]["S"] for item in client.scan(TableName="data", ConsistentRead=True)["Items"]})
    assert set(done) <= kept[0] and kept[0] == kept[1] == kept[2]
