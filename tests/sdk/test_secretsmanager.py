"""Secrets Manager: versions and staging labels, deletion on the virtual clock, listings, passwords."""

import json
import re
import urllib.error
import urllib.request
import uuid

import pytest

from conftest import make_client
from refusals import error_of as refused
from test_lambda_functions import archive


@pytest.fixture
def secrets(client):
    return client("secretsmanager")


def token():
    return str(uuid.uuid4())


def stages(secrets, name):
    versions = secrets.list_secret_version_ids(SecretId=name)["Versions"]
    return {version["VersionId"]: version["VersionStages"] for version in versions}


def test_a_secret_is_found_by_name_and_arn(secrets, unique):
    name = unique("app/db")
    made = secrets.create_secret(Name=name, SecretString="one", Description="d", Tags=[{"Key": "a", "Value": "b"}])
    assert re.fullmatch(rf"arn:aws:secretsmanager:us-east-1:\d{{12}}:secret:{name}-[a-zA-Z0-9]{{6}}", made["ARN"])
    for key in (name, made["ARN"], made["ARN"][:-7]):
        found = secrets.get_secret_value(SecretId=key)
        assert found["SecretString"] == "one" and found["VersionStages"] == ["AWSCURRENT"]
    shown = secrets.describe_secret(SecretId=name)
    assert shown["Description"] == "d" and shown["Tags"] == [{"Key": "a", "Value": "b"}]
    assert shown["VersionIdsToStages"] == {made["VersionId"]: ["AWSCURRENT"]}
    assert "DeletedDate" not in shown and "RotationEnabled" not in shown
    error = refused(secrets.create_secret, Name=name, SecretString="two")
    assert error["Code"] == "ResourceExistsException"
    assert error["Message"] == f"The operation failed because the secret {name} already exists."


def test_bytes_are_kept_as_bytes(secrets, unique):
    name = unique("binary")
    secrets.create_secret(Name=name, SecretBinary=b"\x00\xff")
    assert secrets.get_secret_value(SecretId=name)["SecretBinary"] == b"\x00\xff"
    secrets.update_secret(SecretId=name, SecretString="text")
    answer = secrets.get_secret_value(SecretId=name)
    assert answer["SecretString"] == "text" and "SecretBinary" not in answer


def test_what_is_not_there_is_named(secrets, unique):
    name = unique("none")
    assert refused(secrets.get_secret_value, SecretId=name)["Message"] == (
        "Secrets Manager can't find the specified secret.")
    secrets.create_secret(Name=name)
    for options, text in [({}, "staging label: AWSCURRENT"), ({"VersionStage": "AWSPENDING"}, "staging label: AWSPENDING"),
                          ({"VersionId": "x" * 32}, "VersionId: " + "x" * 32)]:
        error = refused(secrets.get_secret_value, SecretId=name, **options)
        assert error["Code"] == "ResourceNotFoundException"
        assert error["Message"] == "Secrets Manager can't find the specified secret value for " + text


def test_labels_move_as_recorded_of_the_service(secrets, unique):
    # The cycle of a rotation: a pending version becomes current, the current one previous.
    name = unique("cycle")
    first = secrets.create_secret(Name=name, SecretString="S1")["VersionId"]
    second = secrets.put_secret_value(SecretId=name, SecretString="S2", VersionStages=["AWSPENDING", "PUT1"])["VersionId"]
    assert stages(secrets, name) == {first: ["AWSCURRENT"], second: ["AWSPENDING", "PUT1"]}
    error = refused(secrets.update_secret_version_stage, SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second)
    assert error["Code"] == "InvalidParameterException" and first in error["Message"]
    secrets.update_secret_version_stage(
        SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second, RemoveFromVersionId=first)
    assert stages(secrets, name) == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT", "AWSPENDING", "PUT1"]}
    secrets.update_secret_version_stage(SecretId=name, VersionStage="AWSPENDING", RemoveFromVersionId=second)
    third = secrets.put_secret_value(SecretId=name, SecretString="S3")["VersionId"]
    assert stages(secrets, name) == {second: ["AWSPREVIOUS", "PUT1"], third: ["AWSCURRENT"]}
    deprecated = secrets.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]
    assert first in [version["VersionId"] for version in deprecated]
    assert refused(secrets.update_secret_version_stage, SecretId=name, VersionStage="AWSCURRENT",
                   RemoveFromVersionId=third)["Code"] == "InvalidParameterException"
    assert secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "S2"


def test_a_token_makes_a_call_repeatable(secrets, unique):
    name, key = unique("token"), token()
    first = secrets.create_secret(Name=name, SecretString="v", ClientRequestToken=key)
    again = secrets.create_secret(Name=name, SecretString="v", ClientRequestToken=key)
    assert first["VersionId"] == again["VersionId"] == key and first["ARN"] == again["ARN"]
    assert secrets.put_secret_value(SecretId=name, SecretString="v", ClientRequestToken=key)["VersionId"] == key
    assert refused(secrets.put_secret_value, SecretId=name, SecretString="w",
                   ClientRequestToken=key)["Code"] == "ResourceExistsException"
    assert refused(secrets.put_secret_value, SecretId=name)["Code"] == "InvalidRequestException"


def test_deletion_waits_and_can_be_taken_back(endpoint, account, admin):
    secrets = make_client("secretsmanager", endpoint, access_key=account)
    arn = secrets.create_secret(Name="s", SecretString="v")["ARN"]
    assert refused(secrets.delete_secret, SecretId="s", RecoveryWindowInDays=6)["Code"] == "InvalidParameterException"
    assert refused(secrets.delete_secret, SecretId="s", RecoveryWindowInDays=7,
                   ForceDeleteWithoutRecovery=True)["Code"] == "InvalidParameterException"
    secrets.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    assert refused(secrets.get_secret_value, SecretId="s")["Code"] == "InvalidRequestException"
    assert refused(secrets.create_secret, Name="s")["Code"] == "InvalidRequestException"
    assert secrets.list_secrets()["SecretList"] == []
    assert secrets.list_secrets(IncludePlannedDeletion=True)["SecretList"][0]["Name"] == "s"
    secrets.restore_secret(SecretId="s")
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "v"
    admin.advance("8d", account)
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "v"
    secrets.delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    admin.advance("8d", account)
    assert refused(secrets.describe_secret, SecretId="s")["Code"] == "ResourceNotFoundException"
    assert secrets.create_secret(Name="s")["ARN"] != arn
    secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)
    assert refused(secrets.describe_secret, SecretId="s")["Code"] == "ResourceNotFoundException"
    secrets.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)


def test_listings_filter_sort_and_page(endpoint, account):
    secrets = make_client("secretsmanager", endpoint, access_key=account)
    for name, tag in [("app/a", "x"), ("app/b", "y"), ("other", "x")]:
        secrets.create_secret(Name=name, SecretString=name, Description=f"About {name}", Tags=[{"Key": tag, "Value": "1"}])
    names = lambda *filters, **options: [row["Name"] for row in secrets.list_secrets(  # noqa: E731
        Filters=[{"Key": key, "Values": values} for key, values in filters], **options)["SecretList"]]
    assert names(("name", ["app/"])) == ["app/a", "app/b"]
    assert names(("name", ["!app/"])) == ["other"]
    assert names(("tag-key", ["x"]), ("name", ["app"])) == ["app/a"]
    assert names(("description", ["ABOUT O"])) == ["other"]
    assert names(("all", ["about"]), SortBy="name", SortOrder="desc") == ["other", "app/b", "app/a"]
    pages = secrets.get_paginator("list_secrets").paginate(PaginationConfig={"PageSize": 2})
    assert [row["Name"] for page in pages for row in page["SecretList"]] == ["app/a", "app/b", "other"]
    batch = secrets.batch_get_secret_value(SecretIdList=["app/a", "none"])
    assert [row["SecretString"] for row in batch["SecretValues"]] == ["app/a"]
    assert batch["Errors"][0]["ErrorCode"] == "ResourceNotFoundException"
    batch = secrets.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["app"]}])
    assert len(batch["SecretValues"]) == 2


def test_tags_and_policies(secrets, unique):
    name = unique("policy")
    secrets.create_secret(Name=name)
    secrets.tag_resource(SecretId=name, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    secrets.untag_resource(SecretId=name, TagKeys=["a"])
    assert secrets.describe_secret(SecretId=name)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=name)
    allow = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    assert refused(secrets.put_resource_policy, SecretId=name, ResourcePolicy="{}")["Code"] == (
        "MalformedPolicyDocumentException")
    assert refused(secrets.put_resource_policy, SecretId=name, ResourcePolicy=policy,
                   BlockPublicPolicy=True)["Code"] == "PublicPolicyException"
    assert not secrets.validate_resource_policy(ResourcePolicy=policy)["PolicyValidationPassed"]
    secrets.put_resource_policy(SecretId=name, ResourcePolicy=policy)
    assert secrets.get_resource_policy(SecretId=name)["ResourcePolicy"] == policy
    secrets.delete_resource_policy(SecretId=name)
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=name)


def test_rotation_is_refused_in_the_services_words(secrets, unique):
    name = unique("rotate")
    secrets.create_secret(Name=name, SecretString="v")
    error = refused(secrets.rotate_secret, SecretId=name)
    assert error == {"Code": "InvalidRequestException",
                     "Message": "No Lambda rotation function ARN is associated with this secret."}


def test_descriptions_are_found_by_their_words(endpoint, account):
    """A value names beginnings of words, of which the description has each somewhere."""
    secrets = make_client("secretsmanager", endpoint, access_key=account)
    for name, text in [("1", "a secret"), ("2", "an secret"), ("3", "asecret"), ("4", "thesecret")]:
        secrets.create_secret(Name=name, Description=text)
    names = lambda value: [row["Name"] for row in secrets.list_secrets(  # noqa: E731
        Filters=[{"Key": "description", "Values": [value]}])["SecretList"]]
    assert names("a secret") == ["1", "2"] and names("a") == ["1", "2", "3"] and names("!a") == ["4"]


@pytest.mark.parametrize("name", ["Two words", " leading", "star*", "back\\slash"])
def test_names_are_looked_at_before_secrets_are(secrets, name):
    """A name that none can have is no missing secret: scripts with a typo in it learn of that."""
    calls = [(secrets.create_secret, {"Name": name}), (secrets.describe_secret, {"SecretId": name}),
             (secrets.get_secret_value, {"SecretId": name}), (secrets.tag_resource, {"SecretId": name, "Tags": []}),
             (secrets.delete_secret, {"SecretId": name, "ForceDeleteWithoutRecovery": True})]
    for call, parameters in calls:
        error = refused(call, **parameters)
        assert error["Code"] == "ValidationException" and error["Message"].startswith("Invalid name. Must be")


def test_a_pending_label_ends_with_its_turn(secrets, unique):
    """A rotation that was done leaves no AWSPENDING behind, else the next one cannot begin."""
    name = unique("pending")
    first = secrets.create_secret(Name=name, SecretString="1")["VersionId"]
    second = secrets.put_secret_value(SecretId=name, SecretString="2", VersionStages=["AWSPENDING"])["VersionId"]
    secrets.update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second,
                                        RemoveFromVersionId=first)
    assert stages(secrets, name)[second] == ["AWSCURRENT", "AWSPENDING"]
    third = secrets.put_secret_value(SecretId=name, SecretString="3")["VersionId"]
    assert stages(secrets, name) == {second: ["AWSPREVIOUS"], third: ["AWSCURRENT"]}


def test_tags_that_are_gone_leave_an_empty_list(secrets, unique):
    """As the service answers: tools tell "no tags any more" from "never tagged" by it."""
    name = unique("tags")
    secrets.create_secret(Name=name)
    assert "Tags" not in secrets.describe_secret(SecretId=name)
    secrets.tag_resource(SecretId=name, Tags=[{"Key": "a", "Value": "1"}])
    secrets.untag_resource(SecretId=name, TagKeys=["a"])
    assert secrets.describe_secret(SecretId=name)["Tags"] == []


def test_another_account_needs_a_key_of_its_own(endpoint, account):
    """The default key of an account opens nothing to others; a key of the user's may."""
    owner = make_client("secretsmanager", endpoint, access_key=account)
    other = make_client("secretsmanager", endpoint, access_key="515151515151")
    arn = owner.create_secret(Name="shared", SecretString="v")["ARN"]
    assert other.describe_secret(SecretId=arn)["ARN"] == arn
    for call, more in [(other.get_secret_value, {}), (other.put_secret_value, {"SecretString": "w"})]:
        error = refused(call, SecretId=arn, **more)
        assert error["Code"] == "InvalidRequestException" and "default KMS service key" in error["Message"]
    owner.update_secret(SecretId="shared", KmsKeyId="alias/mine")
    assert other.get_secret_value(SecretId=arn)["SecretString"] == "v"


@pytest.mark.parametrize("operation, code", [
    ("CreateSecret", "InvalidRequestException"), ("UpdateSecret", "InvalidRequestException"),
    ("PutSecretValue", "InvalidRequestException"), ("RotateSecret", "InvalidParameterException")])
def test_a_value_needs_a_request_token(endpoint, unique, operation, code):
    """SDKs make one for every call; a client that does not would make two versions by a retry."""
    body = {"SecretId": unique("none"), "Name": unique("none"), "SecretString": "v"}
    request = urllib.request.Request(endpoint, data=json.dumps(body).encode(), headers={
        "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager." + operation})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    answer = json.loads(caught.value.read())
    assert answer["__type"].endswith(code) and "ClientRequestToken" in (answer.get("Message") or answer["message"])


ROTATE = """
import json, os, urllib.request
def call(operation, **body):
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], data=json.dumps(body).encode(), headers={
        "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager." + operation,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/20260101/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0"})
    return json.loads(urllib.request.urlopen(request, timeout=10).read() or b"{}")
def handler(event, context):
    arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    if step == os.environ.get("FAILS"):
        raise RuntimeError("not now")
    if step == "createSecret":
        call("PutSecretValue", SecretId=arn, ClientRequestToken=token, SecretString="made by " + token, VersionStages=["AWSPENDING"])
    if step == "finishSecret":
        stages = call("DescribeSecret", SecretId=arn)["VersionIdsToStages"]
        current = next(key for key, labels in stages.items() if "AWSCURRENT" in labels)
        call("UpdateSecretVersionStage", SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current)
"""


@pytest.fixture
def rotating(endpoint, account):
    """Client of an account of its own, and the ARN of a function that rotates."""
    functions = make_client("lambda", endpoint, access_key=account)
    made = lambda name, **environment: functions.create_function(  # noqa: E731
        FunctionName=name, Runtime="python3.12", Handler="app.handler", Role=f"arn:aws:iam::{account}:role/r",
        Timeout=30, Code={"ZipFile": archive(app_py=ROTATE)}, Environment={"Variables": environment})["FunctionArn"]
    return make_client("secretsmanager", endpoint, access_key=account), made


def test_a_function_rotates_a_secret(rotating, admin, account):
    """Four steps, of which the first makes the value and the last moves the label: then, and every day after."""
    secrets, make = rotating
    first = secrets.create_secret(Name="s", SecretString="v")["VersionId"]
    turned = secrets.rotate_secret(SecretId="s", RotationLambdaARN=make("rotate"), RotationRules={"AutomaticallyAfterDays": 1})
    admin.settle(account)
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "made by " + turned["VersionId"]
    shown = secrets.describe_secret(SecretId="s")
    assert shown["VersionIdsToStages"] == {first: ["AWSPREVIOUS"], turned["VersionId"]: ["AWSCURRENT"]}
    assert shown["RotationEnabled"] and shown["RotationRules"] == {"AutomaticallyAfterDays": 1}
    assert shown["LastRotatedDate"] < shown["NextRotationDate"]
    admin.advance("25h", account)
    admin.settle(account)
    assert secrets.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["VersionId"] == turned["VersionId"]
    secrets.cancel_rotate_secret(SecretId="s")
    admin.advance("50h", account)
    assert secrets.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["VersionId"] == turned["VersionId"]
    assert not secrets.describe_secret(SecretId="s")["RotationEnabled"]


def test_a_rotation_that_fails_is_tried_again_and_blocks_the_next(rotating, admin, account):
    """The label stays on a version without a value, which tells the operator where it stopped."""
    secrets, make = rotating
    secrets.create_secret(Name="s", SecretString="v")
    pending = secrets.rotate_secret(SecretId="s", RotationLambdaARN=make("fails", FAILS="createSecret"))["VersionId"]
    admin.settle(account)
    error = refused(secrets.rotate_secret, SecretId="s")
    assert error["Code"] == "InvalidRequestException" and "previous rotation isn't complete" in error["Message"]
    assert refused(secrets.get_secret_value, SecretId="s", VersionId=pending)["Code"] == "ResourceNotFoundException"
    admin.advance("10m", account)
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "v"
    assert stages(secrets, "s")[pending] == ["AWSPENDING"]


def test_rotation_rules_are_checked(rotating):
    """A schedule is by days or by an expression; one that this endpoint cannot follow is not taken."""
    secrets, make = rotating
    secrets.create_secret(Name="s", SecretString="v")
    ask = {"SecretId": "s", "RotationLambdaARN": make("rules"), "RotateImmediately": False}
    for rules, code in [({"AutomaticallyAfterDays": 1, "ScheduleExpression": "rate(1 day)"}, "InvalidParameterException"),
                        ({"ScheduleExpression": "rate(1 week)"}, "InvalidParameterException"),
                        ({"ScheduleExpression": "cron(0 8 1 * ? *)"}, "NotImplemented")]:
        assert refused(secrets.rotate_secret, RotationRules=rules, **ask)["Code"] == code
    answer = secrets.rotate_secret(RotationRules={"ScheduleExpression": "rate(12 hours)", "Duration": "2h"}, **ask)
    assert "VersionId" not in answer
    assert secrets.describe_secret(SecretId="s")["RotationRules"] == {
        "AutomaticallyAfterDays": 1, "ScheduleExpression": "rate(12 hours)", "Duration": "2h"}


def test_random_passwords_hold_what_was_asked_for(secrets):
    password = secrets.get_random_password()["RandomPassword"]
    assert len(password) == 32
    kinds = [r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]"]
    assert all(re.search(kind, password) for kind in kinds)
    assert re.fullmatch(r"[a-z]{8}", secrets.get_random_password(
        PasswordLength=8, ExcludeNumbers=True, ExcludePunctuation=True, ExcludeUppercase=True)["RandomPassword"])
    assert "a" not in secrets.get_random_password(PasswordLength=500, ExcludeCharacters="a")["RandomPassword"]
    assert refused(secrets.get_random_password, PasswordLength=3)["Code"] == "InvalidParameterException"
