"""STS: who calls, and keys that end on the virtual clock."""

import base64
import json

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from conftest import Admin, make_client
from refusals import code_of

ROLE = "arn:aws:iam::222222222222:role/path/worker"


def session_client(service, endpoint, credentials, token=True):
    return boto3.client(
        service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"] if token else None,
        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))


def jwt(**claims):
    encode = lambda part: base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()  # noqa: E731
    return f"{encode({'alg': 'none'})}.{encode(claims)}.signature"


def test_a_caller_learns_who_it_is(endpoint, account):
    identity = make_client("sts", endpoint, access_key=account).get_caller_identity()
    assert identity["Account"] == identity["UserId"] == account
    assert identity["Arn"] == f"arn:aws:iam::{account}:root"


def test_a_role_acts_in_its_own_account(client, endpoint, unique):
    answer = client("sts").assume_role(RoleArn=ROLE, RoleSessionName="job")
    user = answer["AssumedRoleUser"]
    assert user["Arn"] == "arn:aws:sts::222222222222:assumed-role/worker/job"
    assert user["AssumedRoleId"].startswith("AROA") and user["AssumedRoleId"].endswith(":job")
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    identity = session_client("sts", endpoint, answer["Credentials"]).get_caller_identity()
    assert identity["Arn"] == user["Arn"] and identity["Account"] == "222222222222"
    url = session_client("sqs", endpoint, answer["Credentials"]).create_queue(QueueName=unique("q"))["QueueUrl"]
    assert "/222222222222/" in url
    info = client("sts").get_access_key_info(AccessKeyId=answer["Credentials"]["AccessKeyId"])
    assert info["Account"] == "222222222222"


def test_what_is_no_role_is_refused(client):
    assert code_of(client("sts").assume_role, RoleArn="arn:aws:iam::12:role/worker", RoleSessionName="job") == "ValidationError"
    assert code_of(client("sts").assume_role, RoleArn=ROLE, RoleSessionName="job", Policy="{") == "MalformedPolicyDocument"
    assert code_of(client("sts").assume_role, RoleArn=ROLE, RoleSessionName="job", DurationSeconds=50000) == "ValidationError"


def test_a_session_has_the_id_of_its_role(client, unique):
    """Policies and logs name sessions by the id of the role, which IAM told when it was made."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
    role = client("iam").create_role(RoleName=unique("role"), AssumeRolePolicyDocument=trust)["Role"]
    user = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="job")["AssumedRoleUser"]
    assert user["AssumedRoleId"] == role["RoleId"] + ":job"


def test_session_tags_are_checked_and_go_on(client, endpoint):
    """Tag keys differ by more than case, and those that go on cannot be set anew down the chain."""
    sts, one = client("sts"), [{"Key": "Team", "Value": "red"}]
    assert code_of(sts.assume_role, RoleArn=ROLE, RoleSessionName="job", Tags=one,
                   TransitiveTagKeys=["other"]) == "InvalidParameterValue"
    assert code_of(sts.assume_role, RoleArn=ROLE, RoleSessionName="job",
                   Tags=[*one, {"Key": "team", "Value": "blue"}]) == "InvalidParameterValue"
    keys = sts.assume_role(RoleArn=ROLE, RoleSessionName="job", Tags=one, TransitiveTagKeys=["team"])["Credentials"]
    for _ in range(2):
        session = session_client("sts", endpoint, keys)
        assert code_of(session.assume_role, RoleArn=ROLE, RoleSessionName="job",
                       Tags=[{"Key": "TEAM", "Value": "blue"}]) == "InvalidParameterValue"
        keys = session.assume_role(RoleArn=ROLE, RoleSessionName="job", Tags=[{"Key": "x", "Value": "1"}])["Credentials"]


def test_sessions_and_federated_users(client, endpoint):
    session = client("sts").get_session_token()["Credentials"]
    made = session_client("sts", endpoint, session)
    assert made.get_caller_identity()["Arn"].endswith(":root")
    assert code_of(made.get_session_token) == "AccessDenied"
    federated = client("sts").get_federation_token(Name="alice")
    assert federated["FederatedUser"]["Arn"].endswith(":federated-user/alice")
    assert session_client("sts", endpoint, federated["Credentials"]).get_caller_identity()["UserId"].endswith(":alice")


def test_web_identities_need_a_token_that_is_one(client, admin):
    assume = client("sts").assume_role_with_web_identity
    answer = assume(RoleArn=ROLE, RoleSessionName="web", WebIdentityToken=jwt(sub="me", aud="app", iss="idp"))
    assert answer["SubjectFromWebIdentityToken"] == "me" and answer["Audience"] == "app"
    assert code_of(assume, RoleArn=ROLE, RoleSessionName="web", WebIdentityToken="nonsense") == "InvalidIdentityToken"
    assert code_of(assume, RoleArn=ROLE, RoleSessionName="web",
                   WebIdentityToken=jwt(sub="me", exp=1)) == "ExpiredTokenException"


def test_enforced_sessions_end_with_their_time(start_daemon, tmp_path):
    # The token is checked, the end is that of the virtual clock, and both survive a kill.
    daemon = start_daemon("--data", str(tmp_path), "--auth", "enforce")
    sts = make_client("sts", daemon.endpoint)
    credentials = sts.assume_role(RoleArn=ROLE, RoleSessionName="job", DurationSeconds=900)["Credentials"]
    daemon.stop(9)
    daemon = start_daemon("--data", str(tmp_path), "--auth", "enforce")
    services = {"sqs": "list_queues", "s3": "list_buckets", "sts": "get_caller_identity", "dynamodb": "list_tables"}
    for service, call in services.items():
        getattr(session_client(service, daemon.endpoint, credentials), call)()
    assert code_of(session_client("sts", daemon.endpoint, credentials, token=False).get_caller_identity) == (
        "InvalidClientTokenId")
    wrong = {**credentials, "SessionToken": "wrong"}
    assert code_of(session_client("sts", daemon.endpoint, wrong).get_caller_identity) == "InvalidClientTokenId"
    forged = {**credentials, "SecretAccessKey": "wrong"}
    assert code_of(session_client("sts", daemon.endpoint, forged).get_caller_identity) == "SignatureDoesNotMatch"
    Admin(daemon.endpoint).advance("16m")
    expired = {"sqs": "ExpiredTokenException", "s3": "ExpiredToken", "sts": "ExpiredToken",
               "dynamodb": "ExpiredTokenException"}
    for service, call in services.items():
        assert code_of(getattr(session_client(service, daemon.endpoint, credentials), call)) == expired[service]
    anonymous = boto3.client("sts", endpoint_url=daemon.endpoint, region_name="us-east-1",
                             config=Config(signature_version=UNSIGNED))
    assert anonymous.assume_role_with_web_identity(
        RoleArn=ROLE, RoleSessionName="web", WebIdentityToken=jwt(sub="me"))["Credentials"]
