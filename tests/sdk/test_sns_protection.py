"""Data protection policies: what happens to messages with e-mail addresses, card numbers and IP addresses."""

import json

import pytest

from sns_support import clock, make_queue, receive, refused, sns, sqs, topic  # noqa: F401 (fixtures)

IDENTIFIER = "arn:aws:dataprotection::aws:data-identifier/"
TEXT = "mail a.b@example.com, card 4111 1111 1111 1111, host 10.1.2.3"


def statement(operation, direction="Inbound", identifiers=("EmailAddress", "CreditCardNumber", "IpAddress"), **other):
    return {"DataDirection": direction, "Principal": ["*"], "DataIdentifier": [IDENTIFIER + name for name in identifiers],
            "Operation": operation, **other}


def policy(*statements):
    return json.dumps({"Name": "p", "Version": "2021-06-01", "Statement": list(statements)})


@pytest.fixture
def delivered(sns, sqs, topic, make_queue, clock):
    """`delivered(policy, text)` is what a queue gets of the text under the policy."""
    url, queue = make_queue()
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})

    def publish(document, text):
        sns.put_data_protection_policy(ResourceArn=topic, DataProtectionPolicy=document)
        sns.publish(TopicArn=topic, Message=text)
        clock.settle()
        return [message["Body"] for message in receive(sqs, url)]

    return publish


@pytest.mark.parametrize("direction", ["Inbound", "Outbound"])
def test_masks_and_redacts(delivered, direction):
    mask = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}
    assert delivered(policy(statement(mask, direction)), TEXT) == [
        f"mail {'#' * 15}, card {'#' * 19}, host {'#' * 8}"]
    redact = {"Deidentify": {"RedactConfig": {}}}
    assert delivered(policy(statement(redact, direction)), TEXT) == ["mail , card , host "]


def test_numbers_that_are_no_cards_stay(delivered):
    """A number must pass the Luhn check, and an address must be one."""
    text = "4111 1111 1111 1112, 1234567890123, 999.1.1.1, me@localhost"
    assert delivered(policy(statement({"Deidentify": {"RedactConfig": {}}})), text) == [text]


def test_deny_inbound_refuses_the_publish(sns, topic, delivered):
    document = policy(statement({"Deny": {}}, identifiers=["CreditCardNumber"]))
    assert delivered(document, "nothing here") == ["nothing here"]
    code, message = refused(sns.publish, TopicArn=topic, Message=TEXT)
    assert code == "AuthorizationError" and topic in message
    answer = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[
        {"Id": "good", "Message": "fine"}, {"Id": "bad", "Message": TEXT}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [entry["Code"] for entry in answer["Failed"]] == ["AuthorizationError"]


def test_deny_outbound_keeps_it_from_the_subscriber(delivered):
    assert delivered(policy(statement({"Deny": {}}, "Outbound")), TEXT) == []


def test_a_statement_is_about_its_principals(delivered):
    mask = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}
    other = {**statement(mask), "Principal": ["arn:aws:iam::999999999999:user/somebody"]}
    assert delivered(policy(other), TEXT) == [TEXT]


def test_audit_reports(sns, topic, delivered, admin, account):
    """Sampled messages are reported to their destinations, which are captured; the message passes as it is."""
    destination = {"S3": {"Bucket": "reports"}}
    audit = {"Audit": {"SampleRate": "50", "FindingsDestination": destination,
                       "NoFindingsDestination": {"CloudWatchLogs": {"LogGroup": "/aws/vendedlogs/none"}}}}
    document = policy(statement(audit))
    assert delivered(document, TEXT) == [TEXT]
    for _ in range(3):
        delivered(document, "nothing")
    reports = admin.call("GET", f"/_cumulite/outbox?channel=audit&account={account}")[1]["messages"]
    assert [report["recipient"] for report in reports] == ["S3:reports", "CloudWatchLogs:/aws/vendedlogs/none"]
    found = json.loads(reports[0]["body"])
    assert {entry["name"]: entry["count"] for entry in found["dataIdentifiers"]} == {
        "CreditCardNumber": 1, "EmailAddress": 1, "IpAddress": 1}
    assert found["resourceArn"] == topic


def test_policies_that_sns_refuses(sns, topic):
    mask = {"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}
    audit = {"Audit": {"SampleRate": "99", "FindingsDestination": {"S3": {"Bucket": "b"}}}}
    good = statement(mask)
    bad = ["no json", "{}", json.dumps({"Name": "p", "Version": "2012-10-17", "Statement": [good]}), policy(),
           policy({**good, "DataDirection": "Both"}), policy({**good, "Principal": []}),
           policy({**good, "DataIdentifier": ["EmailAddress"]}), policy({**good, "Operation": {"Hide": {}}}),
           policy(statement({"Deidentify": {}})), policy(statement({"Audit": {"SampleRate": 100}})),
           policy(statement(audit, "Outbound")), policy(statement(audit), statement(audit)),
           policy(statement({"Audit": {"SampleRate": "99"}})), policy(statement({"Deny": {}, "Audit": {}}))]
    for document in bad:
        code, message = refused(sns.put_data_protection_policy, ResourceArn=topic, DataProtectionPolicy=document)
        assert code == "InvalidParameter" and "DataProtectionPolicy" in message, document
    document = policy(statement(audit), good)
    sns.put_data_protection_policy(ResourceArn=topic, DataProtectionPolicy=document)
    assert sns.get_data_protection_policy(ResourceArn=topic)["DataProtectionPolicy"] == document
