"""SES in both versions: messages to the outbox, templates, identities, quotas."""

import json
from email.mime.text import MIMEText

import pytest

from conftest import make_client
from refusals import code_of
from refusals import error_of as refused

SENDER = "Sender <sender@example.com>"


@pytest.fixture
def ses(endpoint, account):
    return make_client("ses", endpoint, access_key=account)


@pytest.fixture
def v2(endpoint, account):
    return make_client("sesv2", endpoint, access_key=account)


@pytest.fixture
def outbox(admin, account):
    return lambda: [row for row in admin.captured("email") if row["account"] == account]


def message(subject="Hi", text="Hello", html=None):
    body = {"Text": {"Data": text}}
    if html:
        body["Html"] = {"Data": html}
    return {"Subject": {"Data": subject}, "Body": body}


def test_a_message_reaches_everybody_it_is_for(ses, outbox, admin):
    destination = {"ToAddresses": ["a@example.com"], "CcAddresses": ["b@example.com"], "BccAddresses": ["C <c@example.com>"]}
    sent = ses.send_email(Source=SENDER, Destination=destination, Message=message(html="<p>Hello</p>"))["MessageId"]
    rows = outbox()
    assert [row["recipient"] for row in rows] == ["a@example.com", "b@example.com", "c@example.com"]
    assert rows[0]["subject"] == "Hi" and rows[0]["body"] == "Hello" and rows[0]["source"] == SENDER
    status, answer = admin.call("GET", f"/_cumulite/ses/messages?id={sent}")
    assert status == 200 and len(answer["messages"]) == 1
    shown = answer["messages"][0]
    assert shown["Body"] == {"text_part": "Hello", "html_part": "<p>Hello</p>"}
    assert shown["Destination"]["ToAddresses"] == ["a@example.com"] and shown["Region"] == "us-east-1"
    by_recipient = [row for row in admin.call("GET", "/_aws/ses")[1]["messages"] if row["Id"] == sent]
    assert len(by_recipient) == 3 and by_recipient[0]["Body"]["text_part"] == "Hello"
    assert admin.call("DELETE", f"/_cumulite/ses/messages?id={sent}")[0] == 204
    assert admin.call("GET", f"/_cumulite/ses/messages?id={sent}")[1]["messages"] == []


def test_a_raw_message_names_its_people_itself(ses, v2, outbox):
    mail = MIMEText("Raw body")
    mail["Subject"], mail["From"], mail["To"] = "Raw", "raw@example.com", "x@example.com, y@example.com"
    ses.send_raw_email(RawMessage={"Data": mail.as_string()})
    v2.send_email(Content={"Raw": {"Data": mail.as_bytes()}}, Destination={"ToAddresses": ["z@example.com"]})
    rows = outbox()
    assert [row["recipient"] for row in rows] == ["x@example.com", "y@example.com", "z@example.com"]
    assert {row["subject"] for row in rows} == {"Raw"} and "Raw body" in rows[0]["body"]


def test_templates_are_filled_in(ses, v2, outbox):
    ses.create_template(Template={"TemplateName": "t", "SubjectPart": "Dear {{name}}", "TextPart": "{{a.b}}"})
    assert refused(ses.create_template, Template={"TemplateName": "t", "TextPart": "x"})["Code"] == "AlreadyExists"
    data = json.dumps({"name": "Ann", "a": {"b": "deep"}})
    to = {"ToAddresses": ["a@example.com"]}
    ses.send_templated_email(Source=SENDER, Destination=to, Template="t", TemplateData=data)
    v2.send_email(FromEmailAddress=SENDER, Destination=to, Content={"Template": {"TemplateName": "t", "TemplateData": data}})
    v2.send_email(FromEmailAddress=SENDER, Destination=to, Content={"Template": {
        "TemplateContent": {"Subject": "S", "Text": "T {{x}}"}, "TemplateData": '{"x": 1}'}})
    assert [(row["subject"], row["body"]) for row in outbox()] == [("Dear Ann", "deep")] * 2 + [("S", "T 1")]
    # What lacks an attribute is accepted and not sent, as SES does.
    ses.send_templated_email(Source=SENDER, Destination=to, Template="t", TemplateData="{}")
    assert len(outbox()) == 3
    assert refused(ses.send_templated_email, Source=SENDER, Destination=to, Template="none",
                   TemplateData="{}")["Code"] == "TemplateDoesNotExist"
    ses.update_template(Template={"TemplateName": "t", "SubjectPart": "New", "HtmlPart": "<p>"})
    assert ses.get_template(TemplateName="t")["Template"] == {
        "TemplateName": "t", "SubjectPart": "New", "HtmlPart": "<p>"}
    assert v2.get_email_template(TemplateName="t")["TemplateContent"] == {"Subject": "New", "Html": "<p>"}
    v2.create_email_template(TemplateName="u", TemplateContent={"Subject": "S", "Text": "T"})
    v2.update_email_template(TemplateName="u", TemplateContent={"Subject": "S2"})
    assert refused(v2.create_email_template, TemplateName="u", TemplateContent={})["Code"] == "AlreadyExistsException"
    assert [row["Name"] for row in ses.list_templates()["TemplatesMetadata"]] == ["t", "u"]
    first = v2.list_email_templates(PageSize=1)
    assert v2.list_email_templates(NextToken=first["NextToken"])["TemplatesMetadata"][0]["TemplateName"] == "u"
    ses.delete_template(TemplateName="t")
    v2.delete_email_template(TemplateName="u")
    assert refused(v2.get_email_template, TemplateName="u")["Code"] == "NotFoundException"
    assert refused(ses.get_template, TemplateName="t")["Code"] == "TemplateDoesNotExist"


def test_identities_are_shared_by_both_versions(ses, v2):
    ses.verify_email_identity(EmailAddress="a@example.com")
    ses.verify_email_address(EmailAddress="b@example.com")
    assert ses.verify_domain_identity(Domain="example.org")["VerificationToken"]
    created = v2.create_email_identity(EmailIdentity="example.net", Tags=[{"Key": "k", "Value": "v"}])
    assert created["IdentityType"] == "DOMAIN" and created["VerifiedForSendingStatus"]
    assert refused(v2.create_email_identity, EmailIdentity="example.net")["Code"] == "AlreadyExistsException"
    everybody = ["a@example.com", "b@example.com", "example.net", "example.org"]
    assert ses.list_identities()["Identities"] == everybody
    assert ses.list_identities(IdentityType="Domain")["Identities"] == everybody[2:]
    assert ses.list_verified_email_addresses()["VerifiedEmailAddresses"] == everybody[:2]
    pages = ses.get_paginator("list_identities").paginate(PaginationConfig={"PageSize": 3})
    assert [len(page["Identities"]) for page in pages] == [3, 1]
    assert [row["IdentityName"] for row in v2.list_email_identities()["EmailIdentities"]] == everybody
    attributes = ses.get_identity_verification_attributes(Identities=["a@example.com", "none@x"])["VerificationAttributes"]
    assert attributes == {"a@example.com": {"VerificationStatus": "Success"}}
    assert v2.get_email_identity(EmailIdentity="example.net")["Tags"] == [{"Key": "k", "Value": "v"}]
    ses.delete_identity(Identity="a@example.com")
    ses.delete_verified_email_address(EmailAddress="b@example.com")
    v2.delete_email_identity(EmailIdentity="example.net")
    assert ses.list_identities()["Identities"] == ["example.org"]
    assert refused(v2.get_email_identity, EmailIdentity="example.net")["Code"] == "NotFoundException"
    assert refused(v2.delete_email_identity, EmailIdentity="example.net")["Code"] == "NotFoundException"


def test_identities_and_templates_have_tags(ses, v2, account):
    """Terraform lists the tags of every identity that it makes."""
    v2.create_email_identity(EmailIdentity="example.net", Tags=[{"Key": "k", "Value": "v"}])
    ses.create_template(Template={"TemplateName": "t", "SubjectPart": "S"})
    for resource, before in (("identity/example.net", [{"Key": "k", "Value": "v"}]), ("template/t", [])):
        arn = f"arn:aws:ses:us-east-1:{account}:{resource}"
        assert v2.list_tags_for_resource(ResourceArn=arn)["Tags"] == before
        v2.tag_resource(ResourceArn=arn, Tags=[{"Key": "k", "Value": "new"}, {"Key": "l", "Value": ""}])
        v2.untag_resource(ResourceArn=arn, TagKeys=["k", "none"])
        assert v2.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "l", "Value": ""}]
        assert refused(v2.list_tags_for_resource, ResourceArn=arn + "x")["Code"] == "NotFoundException"
    assert refused(v2.tag_resource, ResourceArn="example.net", Tags=[])["Code"] == "BadRequestException"


def test_unverified_senders_are_rejected_when_that_is_asked_for(ses, v2, outbox, admin, account):
    to = {"ToAddresses": ["a@example.com"]}
    admin.post("/_cumulite/ses", require_verified=True, account=account)
    error = refused(ses.send_email, Source=SENDER, Destination=to, Message=message())
    assert error["Code"] == "MessageRejected"
    assert error["Message"].startswith("Email address is not verified. The following identities failed the check in "
                                       "region US-EAST-1: ")
    assert refused(v2.send_email, FromEmailAddress=SENDER, Destination=to,
                   Content={"Simple": message()})["Code"] == "MessageRejected"
    ses.verify_domain_identity(Domain="example.com")
    ses.send_email(Source=SENDER, Destination=to, Message=message())
    assert len(outbox()) == 1


@pytest.mark.parametrize("source, to", [
    ("nobody", ["a@example.com"]), (SENDER, ["nobody"]), (SENDER, []), (SENDER, [f"a{i}@example.com" for i in range(51)])])
def test_what_cannot_be_sent_is_refused(ses, v2, outbox, source, to):
    assert refused(ses.send_email, Source=source, Destination={"ToAddresses": to},
                   Message=message())["Code"] == "InvalidParameterValue"
    assert refused(v2.send_email, FromEmailAddress=source, Destination={"ToAddresses": to},
                   Content={"Simple": message()})["Code"] == "BadRequestException"
    assert outbox() == []


def test_quotas_count_on_the_virtual_clock(ses, v2, admin, account):
    ses.send_email(Source=SENDER, Destination={"ToAddresses": ["a@example.com", "b@example.com"]}, Message=message())
    assert ses.get_send_quota()["SentLast24Hours"] == 2
    assert v2.get_account()["SendQuota"]["SentLast24Hours"] == 2 and v2.get_account()["SendingEnabled"]
    assert [row["DeliveryAttempts"] for row in ses.get_send_statistics()["SendDataPoints"]] == [2]
    admin.advance("25h", account)
    assert ses.get_send_quota()["SentLast24Hours"] == 0
    admin.advance("14d", account)
    assert ses.get_send_statistics()["SendDataPoints"] == []


@pytest.mark.parametrize("name, value, words", [
    ("a:b", "v", "Invalid tag name <a:b>"), ("a", "v:w", "Invalid tag value <v:w>"), ("a@b", "v" * 256, "Invalid tag name"),
    ("a" * 256, "v", "Tag name cannot exceed 255"), ("a", "v" * 256, "Tag value cannot exceed 255"),
    ("", "", "The tag name must be specified"), ("a", "", "The tag value must be specified")])
def test_tags_of_messages_are_checked(ses, name, value, words):
    """Campaigns are told apart by tags, which the service refuses rather than changes."""
    error = refused(ses.send_email, Source=SENDER, Destination={"ToAddresses": ["a@example.com"]}, Message=message(),
                    Tags=[{"Name": name, "Value": value}])
    assert error["Code"] == "InvalidParameterValue" and words in error["Message"]


def test_feedback_ids_are_tags_of_the_service(ses):
    """The two names with a colon that a message may carry."""
    ses.send_email(Source=SENDER, Destination={"ToAddresses": ["a@example.com"]}, Message=message(),
                   Tags=[{"Name": "ses:feedback-id-a", "Value": "c.1@x"}])


def test_a_template_is_rendered_for_show(ses, unique):
    """Sending keeps to itself which attribute is missing; this tells."""
    name = unique("t")
    ses.create_template(Template={"TemplateName": name, "SubjectPart": "Hello {{user.name}}", "TextPart": "Dear {{user.name}},\r\nbye",
                                  "HtmlPart": "<b>{{user.name}}</b>"})
    shown = ses.test_render_template(TemplateName=name, TemplateData='{"user": {"name": "Ada"}}')["RenderedTemplate"]
    assert "Subject: Hello Ada" in shown and "Dear Ada,\r\nbye" in shown and "<b>Ada</b>" in shown
    for template, data, code in ((name, "{}", "MissingRenderingAttribute"), (name, "[", "InvalidRenderingParameter"),
                                 ("none", "{}", "TemplateDoesNotExist")):
        assert code_of(ses.test_render_template, TemplateName=template, TemplateData=data) == code


def events_of(sqs, queue):
    """What a topic told the queue, in order of arrival."""
    found = []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


@pytest.fixture
def told(client, account, unique):
    """A topic, and the queue that hears it."""
    sns, sqs = client("sns", access_key=account), client("sqs", access_key=account)
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    queue = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, queue, sqs


def test_a_configuration_set_tells_its_topic(ses, v2, admin, account, unique, told):
    """First that it will, then of each message that it was sent and delivered; of nothing when it is off."""
    name, (topic, queue, sqs) = unique("set"), told
    destination = {"Name": "d", "Enabled": True, "MatchingEventTypes": ["send", "delivery", "bounce"], "SNSDestination": {"TopicARN": topic}}
    mail = {"Source": "me@example.com", "Destination": {"ToAddresses": ["you@example.com"]}, "Tags": [{"Name": "campaign", "Value": "x"}],
            "Message": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "text"}}}, "ConfigurationSetName": name}
    assert code_of(ses.send_email, **mail) == "ConfigurationSetDoesNotExist"
    ses.create_configuration_set(ConfigurationSet={"Name": name})
    assert code_of(ses.create_configuration_set, ConfigurationSet={"Name": name}) == "ConfigurationSetAlreadyExists"
    ses.create_configuration_set_event_destination(ConfigurationSetName=name, EventDestination=destination)
    message_id = ses.send_email(**mail)["MessageId"]
    v2.send_email(FromEmailAddress="me@example.com", Destination={"ToAddresses": ["you@example.com"]}, ConfigurationSetName=name,
                               Content={"Simple": {"Subject": {"Data": "2"}, "Body": {"Text": {"Data": "text"}}}})
    admin.settle(account)
    events = events_of(sqs, queue)
    assert events[0]["Message"] == "Successfully validated SNS topic for Amazon SES event publishing." and "Subject" not in events[0]
    assert {event["Subject"] for event in events[1:]} == {"Amazon SES Email Event Notification"} and len(events) == 5
    documents = {document["eventType"]: document for document in (json.loads(event["Message"]) for event in events[1:])
                 if document["mail"]["messageId"] == message_id}
    assert documents["Send"]["send"] == {} and documents["Delivery"]["delivery"]["recipients"] == ["you@example.com"]
    shown = documents["Send"]["mail"]
    assert shown["commonHeaders"] == {"from": ["me@example.com"], "to": ["you@example.com"], "subject": "Hi", "messageId": message_id}
    assert shown["tags"]["campaign"] == ["x"] and shown["tags"]["ses:configuration-set"] == [name]
    ses.update_configuration_set_event_destination(ConfigurationSetName=name, EventDestination={**destination, "Enabled": False})
    ses.send_email(**mail)
    admin.settle(account)
    assert len(events_of(sqs, queue)) == 1


def test_configuration_sets_are_kept(ses, unique, told):
    name, (topic, *_) = unique("set"), told
    ses.create_configuration_set(ConfigurationSet={"Name": name})
    destination = {"Name": "d", "MatchingEventTypes": ["send"], "SNSDestination": {"TopicARN": topic}}
    given = {"ConfigurationSetName": name, "EventDestination": destination}
    ses.create_configuration_set_event_destination(**given)
    assert code_of(ses.create_configuration_set_event_destination, **given) == "EventDestinationAlreadyExists"
    assert ses.describe_configuration_set(ConfigurationSetName=name)["ConfigurationSet"] == {"Name": name}
    shown = ses.describe_configuration_set(ConfigurationSetName=name, ConfigurationSetAttributeNames=["eventDestinations"])
    assert shown["EventDestinations"] == [{**destination, "Enabled": False}]
    missing = {**destination, "Name": "e", "SNSDestination": {"TopicARN": topic + "x"}}
    assert code_of(ses.create_configuration_set_event_destination, **{**given, "EventDestination": missing}) == "InvalidSNSDestination"
    assert name in [each["Name"] for each in ses.list_configuration_sets()["ConfigurationSets"]]
    nowhere = {"Name": "e", "MatchingEventTypes": ["send"]}
    assert code_of(ses.create_configuration_set_event_destination, **{**given, "EventDestination": nowhere}) == "InvalidParameterValue"
    ses.delete_configuration_set_event_destination(ConfigurationSetName=name, EventDestinationName="d")
    assert code_of(ses.delete_configuration_set_event_destination, ConfigurationSetName=name, EventDestinationName="d") == "EventDestinationDoesNotExist"
    ses.delete_configuration_set(ConfigurationSetName=name)
    assert code_of(ses.delete_configuration_set, ConfigurationSetName=name) == "ConfigurationSetDoesNotExist"
