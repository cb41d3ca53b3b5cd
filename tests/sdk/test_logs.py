"""CloudWatch Logs: groups, streams, events, filters, retention on the virtual clock."""

import json

import pytest
from botocore.exceptions import ClientError

from conftest import Admin, make_client
from refusals import code_of as refused

HOUR_MS = 3_600_000


@pytest.fixture
def logs(client):
    return client("logs")


@pytest.fixture
def group(logs, unique):
    name = "/test/" + unique("group")
    logs.create_log_group(logGroupName=name)
    return name


def put(logs, group, stream, *messages, at):
    return logs.put_log_events(
        logGroupName=group, logStreamName=stream,
        logEvents=[{"timestamp": at + i, "message": text} for i, text in enumerate(messages)])


def test_groups_are_made_listed_and_dropped(logs, unique):
    prefix = "/list/" + unique("g")
    names = [f"{prefix}/{i}" for i in range(5)]
    for name in names:
        logs.create_log_group(logGroupName=name, tags={"team": "a"})
    assert refused(logs.create_log_group, logGroupName=names[0]) == "ResourceAlreadyExistsException"
    pages = logs.get_paginator("describe_log_groups").paginate(
        logGroupNamePrefix=prefix, PaginationConfig={"PageSize": 2})
    shown = [row for page in pages for row in page["logGroups"]]
    assert [row["logGroupName"] for row in shown] == names
    assert shown[0]["arn"].endswith(f"log-group:{names[0]}:*") and shown[0]["storedBytes"] == 0
    found = logs.describe_log_groups(logGroupNamePattern=names[3][6:])["logGroups"]
    assert [row["logGroupName"] for row in found] == [names[3]]
    for name in names:
        logs.delete_log_group(logGroupName=name)
    assert refused(logs.delete_log_group, logGroupName=names[0]) == "ResourceNotFoundException"
    assert logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"] == []


def test_names_are_checked_in_the_services_words(logs):
    with pytest.raises(ClientError) as caught:
        logs.create_log_group(logGroupName="no spaces")
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterException" and "logGroupName" in error["Message"]


def test_streams_are_listed_by_name_and_by_last_event(logs, group, admin):
    now = admin.now_ms()
    for index, name in enumerate(["c", "a", "b"]):
        logs.create_log_stream(logGroupName=group, logStreamName=name)
        put(logs, group, name, "x", at=now + index)
    names = lambda **options: [row["logStreamName"] for row in logs.describe_log_streams(  # noqa: E731
        logGroupName=group, **options)["logStreams"]]
    assert names() == ["a", "b", "c"]
    assert names(orderBy="LastEventTime", descending=True) == ["b", "a", "c"]
    assert names(logStreamNamePrefix="b") == ["b"]
    first = logs.describe_log_streams(logGroupName=group, limit=2)
    assert names(nextToken=first["nextToken"]) == ["c"]
    assert first["logStreams"][0]["lastEventTimestamp"] == now + 1
    assert refused(logs.describe_log_streams, logGroupName=group, orderBy="LastEventTime",
                   logStreamNamePrefix="a") == "InvalidParameterException"
    assert refused(logs.create_log_stream, logGroupName=group,
                   logStreamName="a") == "ResourceAlreadyExistsException"
    logs.delete_log_stream(logGroupName=group, logStreamName="a")
    assert names() == ["b", "c"]


def test_events_are_read_in_both_directions(logs, group, admin):
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = admin.now_ms()
    put(logs, group, "s", *[f"m{i}" for i in range(10)], at=now)
    read = lambda **options: logs.get_log_events(  # noqa: E731
        logGroupName=group, logStreamName="s", limit=4, **options)
    texts = lambda answer: [event["message"] for event in answer["events"]]  # noqa: E731
    newest = read()
    assert texts(newest) == ["m6", "m7", "m8", "m9"]
    assert texts(read(nextToken=newest["nextBackwardToken"])) == ["m2", "m3", "m4", "m5"]
    page, seen = read(startFromHead=True), []
    while page["events"]:
        seen += texts(page)
        token = page["nextForwardToken"]
        page = read(nextToken=token)
    # At the end the same token comes back, and it finds what arrives later.
    assert seen == [f"m{i}" for i in range(10)] and page["nextForwardToken"] == token
    put(logs, group, "s", "late", at=now + 100)
    assert texts(read(nextToken=token)) == ["late"]
    window = read(startTime=now + 2, endTime=now + 4, startFromHead=True)
    assert texts(window) == ["m2", "m3"]
    assert refused(read, nextToken="nonsense") == "InvalidParameterException"


def test_a_batch_is_checked_and_says_what_it_left_out(logs, group, admin):
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = admin.now_ms()
    events = lambda *times: [{"timestamp": time, "message": "x"} for time in times]  # noqa: E731
    send = lambda batch: logs.put_log_events(  # noqa: E731
        logGroupName=group, logStreamName="s", logEvents=batch)
    assert refused(send, batch=events(now, now - 1)) == "InvalidParameterException"
    assert refused(send, batch=events(now - 25 * HOUR_MS, now)) == "InvalidParameterException"
    answer = send(events(now - 15 * 24 * HOUR_MS))
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    answer = send(events(now, now + 3 * HOUR_MS))
    assert answer["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    assert len(logs.get_log_events(logGroupName=group, logStreamName="s")["events"]) == 1
    stored = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["storedBytes"]
    assert stored == 27
    assert refused(logs.put_log_events, logGroupName=group, logStreamName="none",
                   logEvents=events(now)) == "ResourceNotFoundException"


@pytest.mark.parametrize("pattern, expected", [
    ("", 5), ("ERROR", 2), ("ERROR -disk", 1), ('"no space"', 1), ("?WARN ?disk", 2),
    ('{ $.level = "error" }', 1), ("{ $.size > 10 }", 1),
])
def test_filters_find_events_of_all_streams(logs, group, admin, pattern, expected):
    now = admin.now_ms()
    texts = {"a": ["ERROR disk has no space", json.dumps({"level": "error", "size": 1})],
             "b": ["ERROR other", "WARN", json.dumps({"level": "info", "size": 11})]}
    for stream, messages in texts.items():
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        put(logs, group, stream, *messages, at=now)
    found = logs.filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
    assert len(found) == expected
    assert [event["timestamp"] for event in found] == sorted(event["timestamp"] for event in found)


def test_filters_page_without_loss(logs, group, admin):
    now = admin.now_ms()
    for stream in "abc":
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        put(logs, group, stream, *[f"{stream}{i}" for i in range(7)], at=now)
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, logStreamNames=["a", "c"], PaginationConfig={"PageSize": 4})
    found = [event["message"] for page in pages for event in page["events"]]
    assert sorted(found) == sorted(f"{stream}{i}" for stream in "ac" for i in range(7))
    assert refused(logs.filter_log_events, logGroupName=group,
                   filterPattern='{ $.a = ') == "InvalidParameterException"


def test_retention_forgets_on_the_virtual_clock(endpoint, account, admin):
    logs = make_client("logs", endpoint, access_key=account)
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    assert refused(logs.put_retention_policy, logGroupName="g",
                   retentionInDays=2) == "InvalidParameterException"
    logs.put_retention_policy(logGroupName="g", retentionInDays=3)
    put(logs, "g", "s", "old", at=admin.now_ms(account))
    admin.advance("2d", account)
    put(logs, "g", "s", "new", at=admin.now_ms(account))
    read = lambda: [row["message"] for row in logs.get_log_events(  # noqa: E731
        logGroupName="g", logStreamName="s", startFromHead=True)["events"]]
    assert read() == ["old", "new"]
    admin.advance("36h", account)
    assert read() == ["new"]
    admin.advance("1d", account)
    group = logs.describe_log_groups()["logGroups"][0]
    assert group["retentionInDays"] == 3 and group["storedBytes"] == 29
    logs.delete_retention_policy(logGroupName="g")
    admin.advance("10d", account)
    assert read() == ["new"]
    assert "retentionInDays" not in logs.describe_log_groups()["logGroups"][0]


def test_tags_by_name_and_by_arn(logs, group):
    arn = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["logGroupArn"]
    logs.tag_log_group(logGroupName=group, tags={"a": "1", "b": "2"})
    logs.tag_resource(resourceArn=arn, tags={"b": "3"})
    assert logs.list_tags_log_group(logGroupName=group)["tags"] == {"a": "1", "b": "3"}
    logs.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "3"}
    logs.untag_log_group(logGroupName=group, tags=["b"])
    assert logs.list_tags_log_group(logGroupName=group)["tags"] == {}
    assert refused(logs.list_tags_for_resource,
                   resourceArn=arn + "none") == "ResourceNotFoundException"


def test_state_survives_a_kill(start_daemon, tmp_path):
    first = start_daemon("--data", str(tmp_path))
    logs = make_client("logs", first.endpoint)
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    put(logs, "g", "s", "kept", at=Admin(first.endpoint).now_ms())
    first.stop(9)
    again = make_client("logs", start_daemon("--data", str(tmp_path)).endpoint)
    assert again.get_log_events(logGroupName="g", logStreamName="s")["events"][0]["message"] == "kept"


def test_a_group_is_named_once(logs, group):
    """By name or by ARN: with both, the service says so in other words than when there is none."""
    with pytest.raises(ClientError, match="mutually exclusive") as caught:
        logs.describe_log_streams(logGroupName=group, logGroupIdentifier=group)
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert refused(logs.describe_log_streams) == "InvalidParameterException"


def test_a_search_by_pattern_tells_less(logs, group):
    """Sizes and protection are known to listings by prefix only."""
    found = logs.describe_log_groups(logGroupNamePattern=group[6:])["logGroups"]
    assert [row["logGroupName"] for row in found] == [group] and "storedBytes" not in found[0]
    assert "storedBytes" in logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
