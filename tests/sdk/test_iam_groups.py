"""IAM: groups, login profiles and the roles that services make for themselves."""

import json

import pytest

from test_iam import MANAGED, POLICY, TRUST, iam, refused  # noqa: F401


@pytest.fixture
def user(iam, unique):  # noqa: F811
    name = unique("user")
    iam.create_user(UserName=name)
    return name


@pytest.fixture
def group(iam, unique):  # noqa: F811
    name = unique("group")
    iam.create_group(GroupName=name, Path="/team/")
    return name


def test_a_group_has_members_and_policies(iam, user, group, unique):  # noqa: F811
    """What Terraform's group, membership and policy resources write and read back, to their destruction."""
    shown = iam.get_group(GroupName=group)["Group"]
    assert shown["Arn"].endswith(f":group/team/{group}") and shown["GroupId"].startswith("AGPA")
    assert refused(iam.create_group, GroupName=group.upper()) == "EntityAlreadyExists"
    iam.add_user_to_group(GroupName=group, UserName=user)
    iam.add_user_to_group(GroupName=group, UserName=user)
    assert [row["UserName"] for row in iam.get_group(GroupName=group)["Users"]] == [user]
    assert [row["GroupName"] for row in iam.list_groups_for_user(UserName=user)["Groups"]] == [group]
    iam.put_group_policy(GroupName=group, PolicyName="p", PolicyDocument=POLICY)
    assert iam.get_group_policy(GroupName=group, PolicyName="p")["PolicyDocument"] == json.loads(POLICY)
    assert iam.list_group_policies(GroupName=group)["PolicyNames"] == ["p"]
    iam.attach_group_policy(GroupName=group, PolicyArn=MANAGED)
    assert [row["PolicyArn"] for row in iam.list_attached_group_policies(GroupName=group)["AttachedPolicies"]] == [MANAGED]
    assert group in [row["GroupName"] for row in iam.list_entities_for_policy(PolicyArn=MANAGED)["PolicyGroups"]]
    renamed = unique("renamed")
    iam.update_group(GroupName=group, NewGroupName=renamed, NewPath="/")
    assert [row["GroupName"] for row in iam.list_groups_for_user(UserName=user)["Groups"]] == [renamed]
    assert refused(iam.delete_group, GroupName=renamed) == "DeleteConflict"
    iam.detach_group_policy(GroupName=renamed, PolicyArn=MANAGED)
    iam.delete_group_policy(GroupName=renamed, PolicyName="p")
    assert refused(iam.delete_group, GroupName=renamed) == "DeleteConflict"
    assert refused(iam.delete_user, UserName=user) == "DeleteConflict"
    iam.remove_user_from_group(GroupName=renamed, UserName=user)
    iam.delete_group(GroupName=renamed)
    iam.delete_user(UserName=user)
    assert refused(iam.get_group, GroupName=renamed) == "NoSuchEntity"


def test_groups_come_in_pages_and_by_path(iam, group):  # noqa: F811
    assert group in [row["GroupName"] for page in iam.get_paginator("list_groups").paginate(PaginationConfig={"PageSize": 1})
                     for row in page["Groups"]]
    assert group not in [row["GroupName"] for row in iam.list_groups(PathPrefix="/other/")["Groups"]]


def test_a_user_is_in_ten_groups_at_most(iam, user, unique):  # noqa: F811
    names = [unique(f"g{number}") for number in range(11)]
    for name in names:
        iam.create_group(GroupName=name)
    for name in names[:10]:
        iam.add_user_to_group(GroupName=name, UserName=user)
    assert refused(iam.add_user_to_group, GroupName=names[10], UserName=user) == "LimitExceeded"


def test_a_login_profile(iam, user, unique):  # noqa: F811
    """It holds its user back from deletion, and moves with the user's name. Nothing here signs in with it."""
    assert refused(iam.get_login_profile, UserName=user) == "NoSuchEntity"
    assert refused(iam.create_login_profile, UserName=user, Password="short") == "PasswordPolicyViolation"
    made = iam.create_login_profile(UserName=user, Password="Correct-horse-1", PasswordResetRequired=True)["LoginProfile"]
    assert made["UserName"] == user and made["PasswordResetRequired"] is True
    assert refused(iam.create_login_profile, UserName=user, Password="Correct-horse-1") == "EntityAlreadyExists"
    iam.update_login_profile(UserName=user, PasswordResetRequired=False)
    renamed = unique("renamed")
    iam.update_user(UserName=user, NewUserName=renamed)
    assert iam.get_login_profile(UserName=renamed)["LoginProfile"]["PasswordResetRequired"] is False
    assert refused(iam.delete_user, UserName=renamed) == "DeleteConflict"
    iam.delete_login_profile(UserName=renamed)
    iam.delete_user(UserName=renamed)


def test_a_boundary_of_a_user(iam, user):  # noqa: F811
    iam.put_user_permissions_boundary(UserName=user, PermissionsBoundary=MANAGED)
    assert iam.get_user(UserName=user)["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == MANAGED
    iam.delete_user_permissions_boundary(UserName=user)
    assert "PermissionsBoundary" not in iam.get_user(UserName=user)["User"]
    assert refused(iam.put_user_permissions_boundary, UserName=user, PermissionsBoundary="arn:aws:iam::000000000000:policy/none") == "NoSuchEntity"


def test_instance_profiles_are_tagged(iam, unique):  # noqa: F811
    name = unique("profile")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.tag_instance_profile(InstanceProfileName=name, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_instance_profile(InstanceProfileName=name, TagKeys=["a"])
    assert iam.list_instance_profile_tags(InstanceProfileName=name)["Tags"] == [{"Key": "b", "Value": "2"}]
    iam.delete_instance_profile(InstanceProfileName=name)


def test_a_service_linked_role(iam):  # noqa: F811
    """Name, path, trust and policy are the service's; only its own operation deletes it."""
    made = iam.create_service_linked_role(AWSServiceName="batch.amazonaws.com")["Role"]
    assert made["RoleName"] == "AWSServiceRoleForBatch" and made["Path"] == "/aws-service-role/batch.amazonaws.com/"
    attached = iam.list_attached_role_policies(RoleName=made["RoleName"])["AttachedPolicies"]
    assert attached == [{"PolicyName": "BatchServiceRolePolicy", "PolicyArn": "arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy"}]
    assert refused(iam.create_service_linked_role, AWSServiceName="batch.amazonaws.com") == "InvalidInput"
    assert refused(iam.create_service_linked_role, AWSServiceName="ecs.amazonaws.com", CustomSuffix="x") == "InvalidInput"
    assert refused(iam.create_service_linked_role, AWSServiceName="nothing.amazonaws.com") == "InvalidInput"
    assert refused(iam.delete_role, RoleName=made["RoleName"]) == "UnmodifiableEntity"
    assert refused(iam.put_role_policy, RoleName=made["RoleName"], PolicyName="p", PolicyDocument=POLICY) == "UnmodifiableEntity"
    assert refused(iam.update_assume_role_policy, RoleName=made["RoleName"], PolicyDocument=TRUST) == "UnmodifiableEntity"
    task = iam.delete_service_linked_role(RoleName=made["RoleName"])["DeletionTaskId"]
    assert task.startswith("task/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch/")
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refused(iam.get_role, RoleName=made["RoleName"]) == "NoSuchEntity"
    assert refused(iam.get_service_linked_role_deletion_status, DeletionTaskId="task/aws-service-role/none") == "NoSuchEntity"
    suffixed = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix="mine")["Role"]["RoleName"]
    assert suffixed == "AWSServiceRoleForAutoScaling_mine"
    iam.delete_service_linked_role(RoleName=suffixed)
