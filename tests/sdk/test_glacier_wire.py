"""Glacier over plain HTTP: headers, nulls, and the refusals of its operations; and what is paged."""

import http.client
import io
import json
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.utils import calculate_sha256, calculate_tree_hash

MEBIBYTE = 1024 * 1024


def tree_hash(body):
    return calculate_tree_hash(io.BytesIO(body))


def hashes(body):
    return {"x-amz-content-sha256": calculate_sha256(io.BytesIO(body), as_hex=True),
            "x-amz-sha256-tree-hash": tree_hash(body)}


@pytest.fixture
def call(endpoint, account, admin):
    """Status, headers and body of a request of the account, whose clock stands still."""
    admin.freeze(account)

    def send(method, path, body=b"", headers=None, version="2012-06-01"):
        connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
        scope = f"Credential={account}/20260101/us-east-1/glacier/aws4_request, SignedHeaders=host, Signature=00"
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, body, {
            "Authorization": f"AWS4-HMAC-SHA256 {scope}", "x-amz-date": "20260101T000000Z",
            "x-amz-glacier-version": version, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    return send


@pytest.fixture
def vault(call, unique):
    name = unique("vault")
    assert call("PUT", f"/-/vaults/{name}")[0] == 201
    return f"/-/vaults/{name}"


@pytest.fixture
def archive(call, vault):
    headers = call("POST", f"{vault}/archives", b"hello", {**hashes(b"hello"), "x-amz-archive-description": "d"})[1]
    return headers["x-amz-archive-id"]


@pytest.fixture
def glacier(client, account):
    return client("glacier", access_key=account)


def code(answer):
    return answer[0], json.loads(answer[2])["code"]


def test_absent_members_are_null(call, vault, archive):
    """Unlike the later services Glacier names what it has no value for: clients index the documents."""
    shown = json.loads(call("GET", vault)[2])
    assert shown["LastInventoryDate"] is None and shown["NumberOfArchives"] == 1
    listed = json.loads(call("GET", "/-/vaults")[2])
    assert listed["Marker"] is None and listed["VaultList"][0]["LastInventoryDate"] is None
    headers = call("POST", f"{vault}/jobs", {"Type": "archive-retrieval", "ArchiveId": archive})[1]
    job = json.loads(call("GET", f"{vault}/jobs/{headers['x-amz-job-id']}")[2])
    for name in ("CompletionDate", "InventorySizeInBytes", "SNSTopic", "JobDescription", "StatusMessage",
                 "InventoryRetrievalParameters", "JobOutputPath", "SelectParameters", "OutputLocation"):
        assert job[name] is None, name
    assert json.loads(call("GET", f"{vault}/jobs")[2]) == {"JobList": [job], "Marker": None}
    assert json.loads(call("GET", f"{vault}/multipart-uploads")[2]) == {"UploadsList": [], "Marker": None}
    assert json.loads(call("GET", f"{vault}/tags")[2]) == {"Tags": {}}


def test_headers_of_answers(call, vault, archive, account, advance):
    """Each operation tells what it made where the SDKs look for it."""
    name = vault.rsplit("/", 1)[1]
    status, headers, body = call("POST", f"{vault}/jobs", {"Type": "archive-retrieval", "ArchiveId": archive})
    job = headers["x-amz-job-id"]
    assert (status, body) == (202, b"") and headers["x-amzn-RequestId"]
    assert headers["Location"] == f"/{account}/vaults/{name}/jobs/{job}"
    status, headers, _ = call("POST", f"{vault}/multipart-uploads", headers={"x-amz-part-size": str(MEBIBYTE)})
    upload = headers["x-amz-multipart-upload-id"]
    assert status == 201 and headers["Location"] == f"/{account}/vaults/{name}/multipart-uploads/{upload}"
    assert call("POST", "/-/provisioned-capacity")[1]["x-amz-capacity-id"]
    advance("5h")
    status, headers, body = call("GET", f"{vault}/jobs/{job}/output")
    assert (status, body) == (200, b"hello") and headers["x-amz-archive-description"] == "d"
    assert headers["x-amz-sha256-tree-hash"] == tree_hash(b"hello") and headers["Accept-Ranges"] == "bytes"
    status, headers, body = call("GET", f"{vault}/jobs/{job}/output", headers={"Range": "bytes=1-3"})
    assert (status, body, headers["Content-Range"]) == (206, b"ell", "bytes 1-3/5")
    assert headers["Content-Length"] == "3" and "x-amz-sha256-tree-hash" not in headers
    for method, path in (("DELETE", f"{vault}/archives/{archive}"), ("DELETE", f"{vault}/multipart-uploads/{upload}"),
                         ("DELETE", f"{vault}/lock-policy"), ("DELETE", f"{vault}/access-policy")):
        assert call(method, path)[0] == 204, path


MISSING, INVALID = (400, "MissingParameterValueException"), (400, "InvalidParameterValueException")
ABSENT, DENIED = (404, "ResourceNotFoundException"), (403, "AccessDeniedException")
REFUSALS = [  # Method, path below the vault, body, headers, what it is answered.
    ("POST", "/jobs", b"", {}, MISSING),
    ("POST", "/jobs", {}, {}, MISSING),
    ("POST", "/jobs", {"Type": "other"}, {}, INVALID),
    ("POST", "/jobs", {"Type": "select"}, {}, (400, "NoLongerSupportedException")),
    ("POST", "/jobs", {"Type": "archive-retrieval"}, {}, MISSING),
    ("POST", "/jobs", {"Type": "archive-retrieval", "ArchiveId": "none"}, {}, ABSENT),
    ("POST", "/jobs", {"Type": "archive-retrieval", "ArchiveId": "ARCHIVE", "Tier": "Fast"}, {}, INVALID),
    ("POST", "/jobs", {"Type": "archive-retrieval", "ArchiveId": "ARCHIVE", "RetrievalByteRange": "0-3"}, {}, INVALID),
    ("POST", "/jobs", {"Type": "archive-retrieval", "ArchiveId": "ARCHIVE", "SNSTopic": "topic"}, {}, INVALID),
    ("POST", "/jobs", {"Type": "inventory-retrieval", "ArchiveId": "ARCHIVE"}, {}, INVALID),
    ("POST", "/jobs", {"Type": "inventory-retrieval", "Format": "XML"}, {}, INVALID),
    ("POST", "/jobs", {"Type": "inventory-retrieval", "InventoryRetrievalParameters": {"Limit": "0"}}, {}, INVALID),
    ("POST", "/jobs", {"Type": "inventory-retrieval", "InventoryRetrievalParameters": {"Marker": "x"}}, {}, INVALID),
    ("POST", "/jobs", {"Type": "inventory-retrieval", "InventoryRetrievalParameters": {"EndDate": "x"}}, {}, INVALID),
    ("GET", "/jobs/none", b"", {}, ABSENT),
    ("GET", "/jobs/none/output", b"", {}, ABSENT),
    ("GET", "/jobs?limit=0", b"", {}, INVALID),
    ("GET", "/jobs?marker=none", b"", {}, INVALID),
    ("GET", "/jobs?statuscode=done", b"", {}, INVALID),
    ("GET", "/jobs?completed=maybe", b"", {}, INVALID),
    ("POST", "/archives", b"x", {}, MISSING),
    ("POST", "/archives", b"x", {"x-amz-sha256-tree-hash": tree_hash(b"x")}, MISSING),
    ("POST", "/archives", b"x", {**hashes(b"x"), "x-amz-sha256-tree-hash": "0" * 64}, INVALID),
    ("POST", "/archives", b"x", {**hashes(b"x"), "x-amz-content-sha256": "0" * 64}, INVALID),
    ("POST", "/archives", b"", hashes(b""), INVALID),
    ("DELETE", "/archives/none", b"", {}, ABSENT),
    ("POST", "/multipart-uploads", b"", {}, INVALID),
    ("POST", "/multipart-uploads", b"", {"x-amz-part-size": "3145728"}, INVALID),
    ("POST", "/multipart-uploads", b"", {"x-amz-part-size": "8589934592"}, INVALID),
    ("GET", "/multipart-uploads?marker=none", b"", {}, INVALID),
    ("GET", "/multipart-uploads/none", b"", {}, ABSENT),
    ("DELETE", "/multipart-uploads/none", b"", {}, ABSENT),
    ("PUT", "/multipart-uploads/none", b"x", {**hashes(b"x"), "Content-Range": "bytes 0-0/*"}, ABSENT),
    ("POST", "/multipart-uploads/none", b"", {"x-amz-archive-size": "1"}, MISSING),
    ("POST", "/multipart-uploads/none", b"", {"x-amz-archive-size": "1", "x-amz-sha256-tree-hash": "0" * 64}, ABSENT),
    ("GET", "/lock-policy", b"", {}, ABSENT),
    ("POST", "/lock-policy", {}, {}, MISSING),
    ("POST", "/lock-policy", {"Policy": "no JSON"}, {}, INVALID),
    ("POST", "/lock-policy/none", b"", {}, ABSENT),
    ("GET", "/access-policy", b"", {}, ABSENT),
    ("PUT", "/access-policy", {}, {}, MISSING),
    ("PUT", "/access-policy", {"Policy": "{}"}, {}, INVALID),
    ("GET", "/notification-configuration", b"", {}, ABSENT),
    ("PUT", "/notification-configuration", {}, {}, MISSING),
    ("PUT", "/notification-configuration", {"SNSTopic": "arn:aws:sns:us-east-1:1:t", "Events": ["X"]}, {}, INVALID),
    ("POST", "/tags?operation=add", {}, {}, MISSING),
    ("POST", "/tags?operation=add", {"Tags": {"aws:k": "v"}}, {}, INVALID),
    ("POST", "/tags?operation=add", {"Tags": {str(n): "v" for n in range(11)}}, {}, (400, "LimitExceededException")),
    ("POST", "/tags?operation=remove", {}, {}, MISSING),
    ("DELETE", "", b"", {}, INVALID),
]


def test_refusals(call, vault, archive, unique):
    """Every operation's documented errors; what is refused changes nothing."""
    wrong = []
    for method, path, body, headers, expected in REFUSALS:
        if isinstance(body, dict):
            body = json.loads(json.dumps(body).replace("ARCHIVE", archive))
        answered = code(call(method, vault + path, body, headers))
        if answered != expected:
            wrong.append((method, path, body, answered))
    assert not wrong
    elsewhere = f"/-/vaults/{unique('none')}"
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/jobs"), ("GET", "/multipart-uploads"), ("GET", "/tags"),
                         ("GET", "/lock-policy"), ("DELETE", "/lock-policy"), ("DELETE", "/access-policy"),
                         ("DELETE", "/notification-configuration"), ("DELETE", f"/archives/{archive}")):
        assert code(call(method, elsewhere + path)) == ABSENT, path
    foreign = "/999999999999"
    for method, path in (("GET", "/vaults"), ("PUT", "/vaults/name"), ("GET", "/vaults/name"),
                         ("GET", "/policies/data-retrieval"), ("GET", "/provisioned-capacity")):
        assert code(call(method, foreign + path)) == DENIED, path
    for rules in ([], [{"Strategy": "Some"}], [{"Strategy": "BytesPerHour"}], [{"Strategy": "None", "BytesPerHour": 1}],
                  [{"Strategy": "None"}, {"Strategy": "None"}]):
        assert call("PUT", "/-/policies/data-retrieval", {"Policy": {"Rules": rules}})[0] == 400, rules
    shown = json.loads(call("GET", vault)[2])
    assert shown["NumberOfArchives"] == 1 and json.loads(call("GET", f"{vault}/jobs")[2])["JobList"] == []


def test_a_refusal_is_json_whatever_it_names(call, vault):
    """A header may hold bytes that are no UTF-8; the document that refuses it must still be one."""
    answer = call("POST", f"{vault}/archives", b"x", {**hashes(b"x"), "x-amz-archive-description": "caf\xe9"})
    assert code(answer) == INVALID and json.loads(answer[2])["message"] == "Invalid x-amz-archive-description: caf?"


def test_only_the_version_of_2012_is_spoken(call):
    assert code(call("GET", "/-/vaults", version="2011-06-01")) == INVALID


def test_locks_are_one_at_a_time_and_end_after_a_day(call, vault, archive, account, advance):
    """In progress a lock is enforced, refuses another one, and is gone after 24 hours; locked it stays."""
    name = vault.rsplit("/", 1)[1]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Sid": "s", "Principal": "*", "Effect": "Deny", "Action": "glacier:DeleteArchive",
        "Resource": f"arn:aws:glacier:us-east-1:{account}:vaults/{name}"}]})
    begin = ("POST", f"{vault}/lock-policy", {"Policy": policy})
    lock = call(*begin)[1]["x-amz-lock-id"]
    assert code(call(*begin)) == DENIED
    assert code(call("DELETE", f"{vault}/archives/{archive}")) == DENIED
    shown = json.loads(call("GET", f"{vault}/lock-policy")[2])
    assert shown["State"] == "InProgress" and shown["ExpirationDate"]
    assert code(call("POST", f"{vault}/lock-policy/wrong")) == INVALID
    advance("23h59m59s")
    assert json.loads(call("GET", f"{vault}/lock-policy")[2])["State"] == "InProgress"
    advance("1s")
    assert code(call("GET", f"{vault}/lock-policy")) == ABSENT
    assert code(call("POST", f"{vault}/lock-policy/{lock}")) == ABSENT
    lock = call(*begin)[1]["x-amz-lock-id"]
    assert call("POST", f"{vault}/lock-policy/{lock}")[0] == 204
    assert call("POST", f"{vault}/lock-policy/{lock}")[0] == 204
    advance("2d")
    shown = json.loads(call("GET", f"{vault}/lock-policy")[2])
    assert shown["State"] == "Locked" and shown["ExpirationDate"] is None
    for method, path, body in (begin, ("DELETE", f"{vault}/lock-policy", b""), ("POST", f"{vault}/lock-policy/wrong", b"")):
        assert code(call(method, path, body)) == DENIED
    assert code(call("DELETE", f"{vault}/archives/{archive}")) == DENIED


def test_inventories_are_paged_by_limit_and_marker(glacier, vault, call, advance, admin, account):
    """Dates are inclusive at the start and exclusive at the end; the marker of a job begins the next one."""
    name = vault.rsplit("/", 1)[1]
    ids, times = [], []
    for n in range(5):
        ids.append(glacier.upload_archive(vaultName=name, body=b"x" * (n + 1))["archiveId"])
        times.append(admin.call("GET", f"/_cumulite/clock?account={account}")[1]["now"][:19] + "Z")
        advance("1m")
    advance("1d")

    def run(**parameters):
        job = glacier.initiate_job(vaultName=name, jobParameters={
            "Type": "inventory-retrieval", "InventoryRetrievalParameters": parameters})["jobId"]
        advance("5h")
        document = json.loads(glacier.get_job_output(vaultName=name, jobId=job)["body"].read())
        shown = glacier.describe_job(vaultName=name, jobId=job)["InventoryRetrievalParameters"]
        return [each["ArchiveId"] for each in document["ArchiveList"]], shown.get("Marker")

    pages, marker = [], None
    while True:
        page, marker = run(Limit="2", **({"Marker": marker} if marker else {}))
        pages.append(page)
        if not marker:
            break
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    middle, marker = run(StartDate=times[1], EndDate=times[4])
    assert marker is None and ids[2:4] == [each for each in middle if each in ids[2:4]]
    assert ids[0] not in middle and ids[4] not in middle


def test_parts_and_uploads_are_paged(glacier, vault, unique):
    """boto3's paginators follow the markers over more than a page of each."""
    name = vault.rsplit("/", 1)[1]
    uploads = [glacier.initiate_multipart_upload(vaultName=name, partSize=str(MEBIBYTE))["uploadId"] for _ in range(7)]
    for n in range(5):
        glacier.upload_multipart_part(vaultName=name, uploadId=uploads[0], body=b"x",
                                      range=f"bytes {n * MEBIBYTE}-{n * MEBIBYTE}/*")
    pages = list(glacier.get_paginator("list_multipart_uploads").paginate(
        vaultName=name, PaginationConfig={"PageSize": 3}))
    assert [len(page["UploadsList"]) for page in pages] == [3, 3, 1]
    assert {each["MultipartUploadId"] for page in pages for each in page["UploadsList"]} == set(uploads)
    pages = list(glacier.get_paginator("list_parts").paginate(
        vaultName=name, uploadId=uploads[0], PaginationConfig={"PageSize": 2}))
    assert [len(page["Parts"]) for page in pages] == [2, 2, 1]
    assert [part["RangeInBytes"] for page in pages for part in page["Parts"]] == [
        f"{n * MEBIBYTE}-{n * MEBIBYTE}" for n in range(5)]


def test_hexadecimal_is_read_in_either_case(glacier, vault):
    """Of the hash of the whole as of those of parts."""
    name = vault.rsplit("/", 1)[1]
    upload = glacier.initiate_multipart_upload(vaultName=name, partSize=str(MEBIBYTE))["uploadId"]
    glacier.upload_multipart_part(vaultName=name, uploadId=upload, body=b"x", range="bytes 0-0/*",
                                  checksum=tree_hash(b"x").upper())
    made = glacier.complete_multipart_upload(vaultName=name, uploadId=upload, archiveSize="1",
                                             checksum=tree_hash(b"x").upper())
    assert made["checksum"] == tree_hash(b"x")


def test_retrievals_of_an_hour_are_counted_from_the_first(glacier, vault, archive, advance):
    """Whatever the time of the day: 59 minutes later the budget is still spent, an hour later it is whole."""
    name = vault.rsplit("/", 1)[1]
    glacier.set_data_retrieval_policy(Policy={"Rules": [{"Strategy": "BytesPerHour", "BytesPerHour": 9}]})

    def try_retrieval(tier="Standard"):
        try:
            glacier.initiate_job(vaultName=name, jobParameters={
                "Type": "archive-retrieval", "ArchiveId": archive, "Tier": tier})
            return "accepted"
        except ClientError as error:
            return error.response["Error"]["Code"]

    for _ in range(2):
        assert try_retrieval() == "accepted"
        advance("59m")
        assert try_retrieval() == "PolicyEnforcedException"
        assert try_retrieval("Bulk") == "accepted", "the policy is for Standard retrievals"
        advance("1m")


def test_capacity_ends_with_its_month(glacier, vault, archive, admin, account, advance):
    """Two units at most, each for a month; with them Expedited goes on when there is no other capacity."""
    name = vault.rsplit("/", 1)[1]
    admin.post("/_cumulite/clock", action="set", time="2041-01-31T10:00:00Z", account=account)
    admin.post("/_cumulite/glacier/expedited-capacity", capacity=0, account=account)
    asked = {"vaultName": name, "jobParameters": {"Type": "archive-retrieval", "ArchiveId": archive, "Tier": "Expedited"}}

    def refused(operation, **arguments):
        with pytest.raises(ClientError) as caught:
            operation(**arguments)
        return caught.value.response["Error"]["Code"]

    assert refused(glacier.initiate_job, **asked) == "InsufficientCapacityException"
    glacier.purchase_provisioned_capacity()
    glacier.purchase_provisioned_capacity()
    assert refused(glacier.purchase_provisioned_capacity) == "LimitExceededException"
    units = glacier.list_provisioned_capacity()["ProvisionedCapacityList"]
    assert {unit["ExpirationDate"][:10] for unit in units} == {"2041-03-01"} and units[0]["StartDate"][:10] == "2041-01-31"
    glacier.initiate_job(**asked)
    advance("28d13h59m")
    assert len(glacier.list_provisioned_capacity()["ProvisionedCapacityList"]) == 2
    advance("1m")
    assert glacier.list_provisioned_capacity()["ProvisionedCapacityList"] == []
    assert refused(glacier.initiate_job, **asked) == "InsufficientCapacityException"


def test_topics_of_job_and_vault_are_both_told(glacier, vault, archive, client, account, unique, advance):
    """Each of its kinds of jobs only; a retrieval whose archive went meanwhile is told of as failed."""
    name = vault.rsplit("/", 1)[1]
    sns, sqs = client("sns", access_key=account), client("sqs", access_key=account)

    def make_topic():
        topic, url = sns.create_topic(Name=unique("topic"))["TopicArn"], sqs.create_queue(QueueName=unique("q"))["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

        def told():
            received = []
            while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                received += [json.loads(json.loads(message["Body"])["Message"]) for message in batch]
                for message in batch:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return sorted((each["Action"], each["StatusCode"], each["JobId"]) for each in received)

        return topic, told

    (of_vault, told_to_vault), (of_job, told_to_job) = make_topic(), make_topic()
    glacier.set_vault_notifications(vaultName=name, vaultNotificationConfig={
        "SNSTopic": of_vault, "Events": ["InventoryRetrievalCompleted"]})
    inventory = glacier.initiate_job(vaultName=name, jobParameters={
        "Type": "inventory-retrieval", "SNSTopic": of_job})["jobId"]
    retrieval = glacier.initiate_job(vaultName=name, jobParameters={
        "Type": "archive-retrieval", "ArchiveId": archive, "SNSTopic": of_job})["jobId"]
    advance("5h")
    done = [("ArchiveRetrieval", "Succeeded", retrieval), ("InventoryRetrieval", "Succeeded", inventory)]
    assert (told_to_job(), told_to_vault()) == (done, done[1:])
    late = glacier.initiate_job(vaultName=name, jobParameters={
        "Type": "archive-retrieval", "ArchiveId": archive, "SNSTopic": of_job})["jobId"]
    glacier.delete_archive(vaultName=name, archiveId=archive)
    advance("5h")
    assert told_to_job() == [("ArchiveRetrieval", "Failed", late)]
    shown = glacier.describe_job(vaultName=name, jobId=late)
    assert shown["Completed"] and shown["StatusCode"] == "Failed" and archive in shown["StatusMessage"]
    assert [each["JobId"] for each in glacier.list_jobs(vaultName=name, statuscode="Failed")["JobList"]] == [late]
    assert glacier.get_job_output(vaultName=name, jobId=retrieval)["body"].read() == b"hello", "its output is a copy"


def test_resources_reach_every_collection(endpoint, account, glacier, vault, archive, advance):
    """boto3's object form of vaults, jobs, uploads, notifications and the account."""
    name = vault.rsplit("/", 1)[1]
    resource = boto3.resource("glacier", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=account,
                              aws_secret_access_key="test")
    assert [each.name for each in resource.Account("-").vaults.all()] == [name]
    assert [each.name for each in resource.vaults.limit(1)] == [name]
    shown = resource.Vault("-", name)
    assert shown.number_of_archives == 1 and shown.size_in_bytes == 5 and shown.last_inventory_date is None
    upload = shown.initiate_multipart_upload(partSize=str(MEBIBYTE), archiveDescription="in parts")
    upload.upload_part(body=b"x", range="bytes 0-0/*")
    assert [each.id for each in shown.multipart_uploads.all()] == [upload.id]
    assert upload.parts()["Parts"][0]["RangeInBytes"] == "0-0"
    upload.complete(archiveSize="1", checksum=tree_hash(b"x"))
    job = shown.initiate_inventory_retrieval()
    other = shown.Archive(archive).initiate_archive_retrieval()
    assert {each.id for each in shown.jobs_in_progress.all()} == {job.id, other.id}
    advance("5h")
    assert {each.id for each in shown.completed_jobs.all()} == {each.id for each in shown.succeeded_jobs.all()} == {
        job.id, other.id}
    assert list(shown.failed_jobs.all()) == [] and other.get_output()["body"].read() == b"hello"
    notification = shown.Notification()
    notification.set(vaultNotificationConfig={
        "SNSTopic": f"arn:aws:sns:us-east-1:{account}:t", "Events": ["ArchiveRetrievalCompleted"]})
    notification.reload()
    assert notification.events == ["ArchiveRetrievalCompleted"]
    notification.delete()
