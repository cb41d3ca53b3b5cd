"""IAM: what infrastructure tools create, read, change and destroy; access keys that enforce honours."""

import json

import boto3
import pytest

from conftest import make_client
from refusals import code_of as refused

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}})
MANAGED = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def role(iam, unique):
    name = unique("role")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    return name


def test_a_role_is_made_read_changed_and_destroyed(iam, unique):
    name = unique("Role")
    made = iam.create_role(RoleName=name, Path="/app/", AssumeRolePolicyDocument=TRUST, Description="d",
                           Tags=[{"Key": "a", "Value": "1"}])["Role"]
    assert made["Arn"].endswith(f":role/app/{name}") and made["RoleId"].startswith("AROA")
    assert made["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert "MaxSessionDuration" not in made  # The default is told by GetRole only.
    assert iam.get_role(RoleName=name)["Role"]["MaxSessionDuration"] == 3600
    assert refused(iam.create_role, RoleName=name.upper(), AssumeRolePolicyDocument=TRUST) == "EntityAlreadyExists"
    iam.update_role(RoleName=name, Description="e", MaxSessionDuration=7200)
    iam.update_role_description(RoleName=name, Description="f")
    other = json.loads(TRUST)
    other["Statement"][0]["Principal"] = {"Service": "ec2.amazonaws.com"}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(other))
    iam.tag_role(RoleName=name, Tags=[{"Key": "b", "Value": "2"}])
    iam.untag_role(RoleName=name, TagKeys=["a"])
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=MANAGED)
    shown = iam.get_role(RoleName=name)["Role"]
    assert shown["Description"] == "f" and shown["MaxSessionDuration"] == 7200
    assert shown["AssumeRolePolicyDocument"] == other
    assert shown["Tags"] == iam.list_role_tags(RoleName=name)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert shown["PermissionsBoundary"]["PermissionsBoundaryArn"] == MANAGED
    iam.delete_role_permissions_boundary(RoleName=name)
    assert "PermissionsBoundary" not in iam.get_role(RoleName=name)["Role"]
    assert name in [row["RoleName"] for row in iam.list_roles(PathPrefix="/app/")["Roles"]]
    iam.delete_role(RoleName=name)
    assert refused(iam.get_role, RoleName=name) == "NoSuchEntity"


@pytest.mark.parametrize("document", ["{", "{}", '{"Statement": [{"Effect": "Allow"}]}', POLICY])
def test_trust_policies_are_checked(iam, unique, document):
    assert refused(iam.create_role, RoleName=unique("r"), AssumeRolePolicyDocument=document) == "MalformedPolicyDocument"


def test_inline_policies(iam, role):
    iam.put_role_policy(RoleName=role, PolicyName="inline", PolicyDocument=POLICY)
    assert iam.get_role_policy(RoleName=role, PolicyName="inline")["PolicyDocument"] == json.loads(POLICY)
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["inline"]
    assert refused(iam.put_role_policy, RoleName=role, PolicyName="x", PolicyDocument=TRUST) == "MalformedPolicyDocument"
    large = json.dumps({"Statement": {"Effect": "Allow", "Action": "s3:" + "x" * 10_240, "Resource": "*"}})
    assert refused(iam.put_role_policy, RoleName=role, PolicyName="x", PolicyDocument=large) == "LimitExceeded"
    assert refused(iam.delete_role, RoleName=role) == "DeleteConflict"
    iam.delete_role_policy(RoleName=role, PolicyName="inline")
    assert refused(iam.get_role_policy, RoleName=role, PolicyName="inline") == "NoSuchEntity"
    iam.delete_role(RoleName=role)


def test_managed_policies_and_their_versions(iam, unique, role):
    name = unique("policy")
    policy = iam.create_policy(PolicyName=name, PolicyDocument=POLICY, Tags=[{"Key": "a", "Value": "1"}])["Policy"]
    arn = policy["Arn"]
    assert policy["DefaultVersionId"] == "v1" and policy["AttachmentCount"] == 0
    assert refused(iam.create_policy, PolicyName=name, PolicyDocument=POLICY) == "EntityAlreadyExists"
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"][0]["RoleName"] == role
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == [{"PolicyName": name, "PolicyArn": arn}]
    assert refused(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    assert refused(iam.delete_role, RoleName=role) == "DeleteConflict"
    iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    assert refused(iam.detach_role_policy, RoleName=role, PolicyArn=arn) == "NoSuchEntity"
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=POLICY, SetAsDefault=True)
    assert refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=POLICY) == "LimitExceeded"
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [row["VersionId"] for row in versions if row["IsDefaultVersion"]] == ["v5"]
    assert refused(iam.delete_policy_version, PolicyArn=arn, VersionId="v5") == "DeleteConflict"
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == json.loads(POLICY)
    assert refused(iam.delete_policy, PolicyArn=arn) == "DeleteConflict"
    for number in (2, 3, 4, 5):
        iam.delete_policy_version(PolicyArn=arn, VersionId=f"v{number}")
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    iam.untag_policy(PolicyArn=arn, TagKeys=["a"])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert arn in [row["Arn"] for page in iam.get_paginator("list_policies").paginate(
        Scope="Local", PaginationConfig={"PageSize": 1}) for row in page["Policies"]]
    iam.delete_policy(PolicyArn=arn)
    assert refused(iam.get_policy, PolicyArn=arn) == "NoSuchEntity"


def test_policies_of_aws_are_taken_by_their_arn(iam, role):
    policy = iam.get_policy(PolicyArn=MANAGED)["Policy"]
    assert policy["Path"] == "/service-role/" and policy["PolicyName"] == "AWSLambdaBasicExecutionRole"
    document = iam.get_policy_version(PolicyArn=MANAGED, VersionId="v1")["PolicyVersion"]["Document"]
    assert "logs:PutLogEvents" in document["Statement"][0]["Action"]
    iam.attach_role_policy(RoleName=role, PolicyArn=MANAGED)
    assert MANAGED in [row["Arn"] for row in iam.list_policies(OnlyAttached=True)["Policies"]]
    iam.detach_role_policy(RoleName=role, PolicyArn=MANAGED)
    assert refused(iam.attach_role_policy, RoleName=role,
                   PolicyArn="arn:aws:iam::000000000000:policy/none") == "NoSuchEntity"


def test_instance_profiles_hold_one_role(iam, unique, role):
    name = unique("profile")
    iam.create_instance_profile(InstanceProfileName=name)
    assert refused(iam.create_instance_profile, InstanceProfileName=name) == "EntityAlreadyExists"
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
    assert refused(iam.add_role_to_instance_profile, InstanceProfileName=name, RoleName=role) == "LimitExceeded"
    assert iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"][0]["RoleName"] == role
    found = iam.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]
    assert [row["InstanceProfileName"] for row in found] == [name]
    assert name in [row["InstanceProfileName"] for row in iam.list_instance_profiles()["InstanceProfiles"]]
    assert refused(iam.delete_role, RoleName=role) == "DeleteConflict"
    assert refused(iam.delete_instance_profile, InstanceProfileName=name) == "DeleteConflict"
    iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName=role)
    iam.delete_instance_profile(InstanceProfileName=name)
    assert refused(iam.get_instance_profile, InstanceProfileName=name) == "NoSuchEntity"


def test_users_with_policies_and_tags(iam, unique):
    name = unique("user")
    user = iam.create_user(UserName=name, Tags=[{"Key": "a", "Value": "1"}])["User"]
    assert user["UserId"].startswith("AIDA")
    assert refused(iam.create_user, UserName=name) == "EntityAlreadyExists"
    iam.tag_user(UserName=name, Tags=[{"Key": "b", "Value": "2"}])
    iam.untag_user(UserName=name, TagKeys=["a"])
    assert iam.list_user_tags(UserName=name)["Tags"] == [{"Key": "b", "Value": "2"}]
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=POLICY)
    assert iam.get_user_policy(UserName=name, PolicyName="p")["PolicyDocument"] == json.loads(POLICY)
    assert iam.list_user_policies(UserName=name)["PolicyNames"] == ["p"]
    iam.attach_user_policy(UserName=name, PolicyArn=MANAGED)
    assert len(iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]) == 1
    assert refused(iam.delete_user, UserName=name) == "DeleteConflict"
    assert iam.list_groups_for_user(UserName=name)["Groups"] == []
    iam.detach_user_policy(UserName=name, PolicyArn=MANAGED)
    iam.delete_user_policy(UserName=name, PolicyName="p")
    renamed = unique("renamed")
    iam.update_user(UserName=name, NewUserName=renamed)
    assert renamed in [row["UserName"] for page in iam.get_paginator("list_users").paginate(
        PaginationConfig={"PageSize": 2}) for row in page["Users"]]
    iam.delete_user(UserName=renamed)
    assert refused(iam.get_user, UserName=renamed) == "NoSuchEntity"


def test_enforced_access_keys_live_and_end(start_daemon, tmp_path):
    # A user's key opens the door until it is inactive or gone, and a killed daemon still knows it.
    daemon = start_daemon("--data", str(tmp_path), "--auth", "enforce")
    iam = make_client("iam", daemon.endpoint)
    iam.create_user(UserName="alice", Path="/team/")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    daemon.stop(9)
    daemon = start_daemon("--data", str(tmp_path), "--auth", "enforce")
    iam = make_client("iam", daemon.endpoint)
    as_user = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}
    sts = make_client("sts", daemon.endpoint, **as_user)
    assert sts.get_caller_identity()["Arn"].endswith(":user/team/alice")
    assert make_client("iam", daemon.endpoint, **as_user).get_user()["User"]["UserName"] == "alice"
    make_client("s3", daemon.endpoint, **as_user).list_buckets()
    iam.update_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refused(sts.get_caller_identity) == "InvalidClientTokenId"
    assert iam.list_access_keys(UserName="alice")["AccessKeyMetadata"][0]["Status"] == "Inactive"
    iam.update_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"], Status="Active")
    sts.get_caller_identity()
    assert refused(iam.delete_user, UserName="alice") == "DeleteConflict"
    iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    assert refused(sts.get_caller_identity) == "InvalidClientTokenId"
    iam.create_access_key(UserName="alice")
    iam.create_access_key(UserName="alice")
    assert refused(iam.create_access_key, UserName="alice") == "LimitExceeded"


def test_what_is_no_arn_is_not_attached(iam, role):
    """A policy's name in the place of its ARN is a mistake of form, which waiting does not cure."""
    assert refused(iam.attach_role_policy, RoleName=role, PolicyArn="a-long-policy-name-no-arn") == "ValidationError"


def test_a_session_is_no_user(iam, endpoint, role):
    """GetUser without a name means the calling user, and who assumed a role is none."""
    arn = iam.get_role(RoleName=role)["Role"]["Arn"]
    keys = make_client("sts", endpoint).assume_role(RoleArn=arn, RoleSessionName="job")["Credentials"]
    session = boto3.client("iam", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=keys["AccessKeyId"],
                           aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"])
    assert refused(session.get_user) == "ValidationError"
