"""DynamoDB Streams on the virtual clock: shards, iterators, views, trimming."""

import pytest
from dynamodb_support import Account, refused

VIEWS = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]


class Stream:
    """A table with a stream in an account of its own."""

    def __init__(self, own, view="NEW_AND_OLD_IMAGES"):
        self.own, self.api = own, own.client("dynamodbstreams")
        self.arn = own.create("data", StreamSpecification={"StreamEnabled": True, "StreamViewType": view})["LatestStreamArn"]

    def describe(self, **options):
        return self.api.describe_stream(StreamArn=self.arn, **options)["StreamDescription"]

    def shards(self):
        return [shard["ShardId"] for shard in self.describe()["Shards"]]

    def iterator(self, kind="TRIM_HORIZON", shard=-1, **options):
        return self.api.get_shard_iterator(StreamArn=self.arn, ShardId=self.shards()[shard],
                                           ShardIteratorType=kind, **options)["ShardIterator"]

    def records(self, iterator, **options):
        return self.api.get_records(ShardIterator=iterator, **options)["Records"]

    def keys(self, *arguments, **options):
        return [record["dynamodb"]["Keys"]["p"]["S"] for record in self.records(self.iterator(*arguments, **options))]


@pytest.fixture
def own(endpoint, admin, account):
    return Account(endpoint, admin, account)


@pytest.mark.parametrize("view", VIEWS)
def test_views(own, view):
    """A record holds what the view type names, and nothing of a write that changed nothing."""
    stream = Stream(own, view)
    own.put("data", "a", n={"N": "1"})
    own.put("data", "a", n={"N": "1"})
    own.put("data", "a", n={"N": "2"})
    own.delete("data", "a")
    records = stream.records(stream.iterator())
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    for record, new, old in zip(records, ("1", "2", None), (None, "1", "2")):
        data = record["dynamodb"]
        assert data["Keys"] == {"p": {"S": "a"}} and data["StreamViewType"] == view and data["SizeBytes"] > 0
        assert data.get("NewImage", {}).get("n", {}).get("N") == (new if "NEW" in view else None)
        assert data.get("OldImage", {}).get("n", {}).get("N") == (old if "OLD" in view else None)
    sequences = [record["dynamodb"]["SequenceNumber"] for record in records]
    assert sequences == sorted(sequences, key=int)


def test_iterators_at_a_time(own):
    """The first record that is not older; the oldest for a time before the trim horizon, none for the future."""
    stream = Stream(own)
    own.put("data", "a")
    own.advance("10s")
    between = own.now() - 5
    own.put("data", "b")
    own.put("data", "c")
    assert stream.keys("AT_TIMESTAMP", Timestamp=between) == ["b", "c"]
    assert stream.keys("AT_TIMESTAMP", Timestamp=own.now()) == ["b", "c"]
    assert stream.keys("AT_TIMESTAMP", Timestamp=between - 86400) == ["a", "b", "c"]
    own.advance("10s")
    assert stream.keys("AT_TIMESTAMP", Timestamp=own.now()) == []
    ask = dict(StreamArn=stream.arn, ShardId=stream.shards()[0])
    for options in (dict(ShardIteratorType="AT_TIMESTAMP"), dict(ShardIteratorType="LATEST", Timestamp=between),
                    dict(ShardIteratorType="AT_TIMESTAMP", Timestamp=own.now() + 60)):
        assert refused(stream.api.get_shard_iterator, **ask, **options)[0] == "ValidationException"


def test_iterators(own):
    """Each kind of iterator starts where it says; pages go on where the last one ended."""
    stream = Stream(own)
    for key in "abcd":
        own.put("data", key)
    sequences = [record["dynamodb"]["SequenceNumber"] for record in stream.records(stream.iterator())]
    assert stream.keys("TRIM_HORIZON") == list("abcd")
    assert stream.keys("AT_SEQUENCE_NUMBER", SequenceNumber=sequences[1]) == list("bcd")
    assert stream.keys("AFTER_SEQUENCE_NUMBER", SequenceNumber=sequences[1]) == list("cd")
    latest = stream.iterator("LATEST")
    own.put("data", "e")
    assert [record["dynamodb"]["Keys"]["p"]["S"] for record in stream.records(latest)] == ["e"]
    page = stream.api.get_records(ShardIterator=stream.iterator(), Limit=3)
    rest = stream.records(page["NextShardIterator"])
    assert (len(page["Records"]), len(rest)) == (3, 2)
    assert refused(stream.iterator, kind="AT_SEQUENCE_NUMBER")[0] == "ValidationException"
    assert refused(stream.api.get_records, ShardIterator="nonsense")[0] == "ValidationException"
    assert refused(stream.api.get_shard_iterator, StreamArn=stream.arn, ShardIteratorType="LATEST",
                   ShardId="shardId-00000000000000000000-00000000")[0] == "ResourceNotFoundException"


def test_an_iterator_expires(own):
    """After fifteen minutes an iterator is of no use."""
    stream = Stream(own)
    own.put("data", "a")
    iterator = stream.iterator()
    own.advance("14m")
    assert len(stream.records(iterator)) == 1
    own.advance("2m")
    assert refused(stream.api.get_records, ShardIterator=iterator)[0] == "ExpiredIteratorException"


def test_shards_follow_one_another(own):
    """Every four hours the shard is closed and continued; listings page and filter by parent."""
    stream = Stream(own)
    for key in "abc":
        if key != "a":
            own.advance("4h")
        own.put("data", key)
    shards = stream.describe()["Shards"]
    assert len(shards) == 3 and "ParentShardId" not in shards[0]
    assert [shard.get("ParentShardId") for shard in shards[1:]] == [shard["ShardId"] for shard in shards[:2]]
    assert ["EndingSequenceNumber" in shard["SequenceNumberRange"] for shard in shards] == [True, True, False]
    closed = stream.api.get_records(ShardIterator=stream.iterator(shard=0))
    assert len(closed["Records"]) == 1 and "NextShardIterator" not in closed
    assert [stream.keys(shard=number) for number in range(3)] == [["a"], ["b"], ["c"]]
    first = stream.describe(Limit=2)
    assert first["LastEvaluatedShardId"] == shards[1]["ShardId"]
    assert len(stream.describe(ExclusiveStartShardId=first["LastEvaluatedShardId"])["Shards"]) == 1
    children = stream.describe(ShardFilter={"Type": "CHILD_SHARDS", "ShardId": shards[0]["ShardId"]})["Shards"]
    assert [shard["ShardId"] for shard in children] == [shards[1]["ShardId"]]


def test_a_busy_shard_splits(own):
    """A shard that took 10,000 records is continued by two, which share its keys: every record is read
    once along parents and children, those of an item in the order of its writes."""
    stream = Stream(own, "NEW_IMAGE")
    rounds, keys = 410, 25
    for number in range(rounds):
        own.db.batch_write_item(RequestItems={"data": [
            {"PutRequest": {"Item": {"p": {"S": f"k{key}"}, "n": {"N": str(number)}}}} for key in range(keys)]})
    for number in range(rounds, rounds + 4):
        for key in range(keys):
            own.put("data", f"k{key}", n={"N": str(number)})
    shards = stream.describe()["Shards"]
    assert [shard.get("ParentShardId") for shard in shards] == [None] + [shards[0]["ShardId"]] * 2
    seen, where = {}, {}
    for at in range(len(shards)):
        iterator = stream.iterator(shard=at)
        while iterator:
            page = stream.api.get_records(ShardIterator=iterator)
            for record in page["Records"]:
                key = record["dynamodb"]["Keys"]["p"]["S"]
                seen.setdefault(key, []).append(int(record["dynamodb"]["NewImage"]["n"]["N"]))
                where.setdefault(at, set()).add(key)
            iterator = page.get("NextShardIterator") if page["Records"] else None
    assert seen == {f"k{key}": list(range(rounds + 4)) for key in range(keys)}
    assert where[1] and where[2] and not where[1] & where[2]
    assert "NextShardIterator" not in stream.api.get_records(ShardIterator=stream.iterator("LATEST", shard=0))


def test_an_idle_shard_is_continued_on_the_clock(own):
    """Readers reach a shard's end, and go on to its child, though nobody writes."""
    stream = Stream(own)
    iterator = stream.iterator()
    own.advance("4h")
    shards = stream.describe()["Shards"]
    assert [shard.get("ParentShardId") for shard in shards] == [None, shards[0]["ShardId"]]
    assert "NextShardIterator" not in stream.api.get_records(ShardIterator=stream.iterator(shard=0))
    assert refused(stream.api.get_records, ShardIterator=iterator)[0] == "ExpiredIteratorException"
    own.advance("48h")
    # What is left are the shards of a day, and the one that was continued as it began.
    assert len(stream.describe()["Shards"]) <= 8


def test_a_day_is_kept(own):
    """Records older than 24 hours are gone, and cannot be asked for by their numbers."""
    stream = Stream(own)
    own.put("data", "a")
    number = stream.records(stream.iterator())[0]["dynamodb"]["SequenceNumber"]
    own.advance("23h")
    held = stream.iterator("TRIM_HORIZON", shard=0)
    own.put("data", "b")
    assert stream.keys(shard=0) == ["a"]
    own.advance("1h")
    own.advance("1m")
    assert stream.keys(shard=0) == [] and stream.keys(shard=-2) == ["b"]
    assert refused(stream.iterator, kind="AT_SEQUENCE_NUMBER", shard=0, SequenceNumber=number)[0] == "TrimmedDataAccessException"
    assert refused(stream.api.get_records, ShardIterator=held)[0] == "ExpiredIteratorException"


def test_what_an_iterator_stood_on_may_go(own):
    """A record that is trimmed while an iterator points at it is reported, not skipped."""
    stream = Stream(own)
    own.put("data", "a")
    own.advance("23h")
    own.advance("55m")
    held = stream.iterator("TRIM_HORIZON", shard=0)
    own.advance("10m")
    assert refused(stream.api.get_records, ShardIterator=held)[0] == "TrimmedDataAccessException"


def test_disabled_and_enabled_again(own):
    """A disabled stream stays readable for a day; a new one has another ARN, though no time passed."""
    stream = Stream(own)
    own.put("data", "a")
    own.db.update_table(TableName="data", StreamSpecification={"StreamEnabled": False})
    assert stream.describe()["StreamStatus"] == "DISABLED" and stream.keys() == ["a"]
    again = own.db.update_table(TableName="data", StreamSpecification={
        "StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})["TableDescription"]["LatestStreamArn"]
    assert again != stream.arn
    own.put("data", "b")
    assert stream.keys() == ["a"]
    assert len(stream.api.list_streams(TableName="data")["Streams"]) == 2
    page = stream.api.list_streams(Limit=1)
    assert [entry["StreamArn"] for entry in stream.api.list_streams(
        ExclusiveStartStreamArn=page["LastEvaluatedStreamArn"])["Streams"]] == [again]
    own.advance("25h")
    assert refused(stream.describe)[0] == "ResourceNotFoundException"


def test_a_table_made_again_has_a_stream_of_its_own(own):
    """The stream of a deleted table is not mixed with that of its successor."""
    stream = Stream(own)
    own.put("data", "a")
    own.db.delete_table(TableName="data")
    successor = Stream(own)
    assert successor.arn != stream.arn
    own.put("data", "b")
    assert (stream.keys(), successor.keys()) == (["a"], ["b"])
