"""Parameter Store: hierarchies, versions, labels, secrets at rest."""

import base64
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from conftest import make_client
from refusals import code_of as refused


@pytest.fixture
def ssm(client):
    return client("ssm")


@pytest.fixture
def root(unique):
    return "/" + unique("app")


def test_a_parameter_is_written_read_and_deleted(ssm, root):
    name = root + "/db/host"
    made = ssm.put_parameter(Name=name, Value="a", Type="String", Description="d")
    assert made["Version"] == 1 and made["Tier"] == "Standard"
    shown = ssm.get_parameter(Name=name)["Parameter"]
    assert shown["Value"] == "a" and shown["Version"] == 1 and shown["DataType"] == "text"
    assert shown["ARN"].endswith(f":parameter{name}")
    assert ssm.get_parameter(Name=shown["ARN"])["Parameter"]["Value"] == "a"
    assert refused(ssm.put_parameter, Name=name, Value="b", Type="String") == "ParameterAlreadyExists"
    assert ssm.put_parameter(Name=name, Value="b", Overwrite=True)["Version"] == 2
    assert ssm.get_parameter(Name=name + ":1")["Parameter"]["Value"] == "a"
    assert ssm.get_parameter(Name=name + ":1")["Parameter"]["Selector"] == ":1"
    history = ssm.get_parameter_history(Name=name)["Parameters"]
    assert [(row["Version"], row["Value"]) for row in history] == [(1, "a"), (2, "b")]
    ssm.delete_parameter(Name=name)
    assert refused(ssm.get_parameter, Name=name) == "ParameterNotFound"
    assert refused(ssm.delete_parameter, Name=name) == "ParameterNotFound"


def test_a_secret_is_not_what_lies_in_the_files(start_daemon, tmp_path):
    daemon = start_daemon("--data", str(tmp_path))
    ssm = make_client("ssm", daemon.endpoint)
    ssm.put_parameter(Name="/s", Value="very-secret-words", Type="SecureString")
    ssm.put_parameter(Name="/plain", Value="very-plain-words", Type="String")
    sealed = ssm.get_parameter(Name="/s")["Parameter"]["Value"]
    assert b"very-secret" not in base64.b64decode(sealed)
    assert ssm.get_parameter(Name="/s", WithDecryption=True)["Parameter"]["Value"] == "very-secret-words"
    assert ssm.describe_parameters()["Parameters"][1]["KeyId"] == "alias/aws/ssm"
    daemon.stop(9)
    files = b"".join(path.read_bytes() for path in Path(tmp_path).rglob("*") if path.is_file())
    assert b"very-plain-words" in files and b"very-secret-words" not in files
    again = make_client("ssm", start_daemon("--data", str(tmp_path)).endpoint)
    assert again.get_parameters(Names=["/s"], WithDecryption=True)["Parameters"][0]["Value"] == "very-secret-words"


def test_paths_are_read_a_page_at_a_time(ssm, root):
    for name in ("a", "b", "c/d", "c/e"):
        ssm.put_parameter(Name=f"{root}/{name}", Value=name, Type="StringList" if name == "b" else "String")
    names = lambda **options: [row["Name"][len(root) + 1:] for row in ssm.get_parameters_by_path(  # noqa: E731
        Path=root, **options)["Parameters"]]
    assert names() == ["a", "b"]
    assert names(Recursive=True) == ["a", "b", "c/d", "c/e"]
    assert names(Recursive=True, ParameterFilters=[{"Key": "Type", "Values": ["StringList"]}]) == ["b"]
    pages = ssm.get_paginator("get_parameters_by_path").paginate(
        Path=root + "/", Recursive=True, PaginationConfig={"PageSize": 3})
    assert [len(page["Parameters"]) for page in pages] == [3, 1]
    assert refused(ssm.get_parameters_by_path, Path="no-slash") == "ValidationException"
    assert refused(ssm.get_parameters_by_path, Path=root, NextToken="###") == "InvalidNextToken"
    answer = ssm.get_parameters(Names=[f"{root}/a", f"{root}/none"])
    assert [row["Value"] for row in answer["Parameters"]] == ["a"]
    assert answer["InvalidParameters"] == [f"{root}/none"]
    answer = ssm.delete_parameters(Names=[f"{root}/a", f"{root}/none"])
    assert answer["DeletedParameters"] == [f"{root}/a"] and answer["InvalidParameters"] == [f"{root}/none"]


def test_descriptions_are_filtered(ssm, root):
    ssm.put_parameter(Name=root + "/x", Value="1", Type="String", Tags=[{"Key": "team", "Value": "red"}])
    ssm.put_parameter(Name=root + "/deep/y", Value="1", Type="StringList")
    names = lambda *filters: [row["Name"][len(root) + 1:] for row in ssm.describe_parameters(  # noqa: E731
        ParameterFilters=[dict(zip(("Key", "Option", "Values"), each)) for each in filters])["Parameters"]]
    assert names(("Path", "OneLevel", [root])) == ["x"]
    assert names(("Path", "Recursive", [root])) == ["deep/y", "x"]
    assert names(("Name", "BeginsWith", [root + "/d"])) == ["deep/y"]
    assert names(("Name", "Contains", [root[1:] + "/x"])) == ["x"]
    assert names(("Path", "Recursive", [root]), ("tag:team", "Equals", ["red"])) == ["x"]
    assert refused(ssm.describe_parameters, ParameterFilters=[
        {"Key": "Name", "Option": "Sounds", "Values": ["x"]}]) == "InvalidFilterOption"


def test_labels_name_versions_and_move(ssm, root):
    for value in ("1", "2", "3"):
        ssm.put_parameter(Name=root, Value=value, Type="String", Overwrite=True)
    ssm.label_parameter_version(Name=root, ParameterVersion=1, Labels=["prod"])
    assert ssm.get_parameter(Name=root + ":prod")["Parameter"]["Value"] == "1"
    answer = ssm.label_parameter_version(Name=root, Labels=["prod", "aws-no", "1st"])
    assert answer["InvalidLabels"] == ["aws-no", "1st"] and answer["ParameterVersion"] == 3
    assert ssm.get_parameter(Name=root + ":prod")["Parameter"]["Value"] == "3"
    assert [row["Labels"] for row in ssm.get_parameter_history(Name=root)["Parameters"]] == [[], [], ["prod"]]
    assert refused(ssm.get_parameter, Name=root + ":none") == "ParameterVersionNotFound"
    assert refused(ssm.get_parameter, Name=root + ":9") == "ParameterVersionNotFound"
    assert refused(ssm.label_parameter_version, Name=root,
                   Labels=[f"l{i}" for i in range(10)]) == "ParameterVersionLabelLimitExceeded"
    removed = ssm.unlabel_parameter_version(Name=root, ParameterVersion=3, Labels=["prod", "none"])
    assert removed["RemovedLabels"] == ["prod"] and removed["InvalidLabels"] == ["none"]


def test_the_hundred_and_first_version_drops_the_oldest(ssm, root):
    for number in range(100):
        ssm.put_parameter(Name=root, Value=str(number), Type="String", Overwrite=True)
    ssm.label_parameter_version(Name=root, ParameterVersion=1, Labels=["keep"])
    assert refused(ssm.put_parameter, Name=root, Value="x", Overwrite=True) == "ParameterMaxVersionLimitExceeded"
    ssm.label_parameter_version(Name=root, Labels=["keep"])
    assert ssm.put_parameter(Name=root, Value="x", Overwrite=True)["Version"] == 101
    assert refused(ssm.get_parameter, Name=root + ":1") == "ParameterVersionNotFound"


@pytest.mark.parametrize("parameters, code", [
    ({"Name": "a/b"}, "ValidationException"), ({"Name": "/aws/x"}, "AccessDeniedException"),
    ({"Name": "/ssmx"}, "ValidationException"), ({"Name": "/sp ace"}, "ValidationException"),
    ({"Name": "/x" * 16}, "HierarchyLevelLimitExceededException"), ({"Value": ""}, "ValidationException"),
    ({"Value": "x" * 4097}, "ValidationException"), ({"Value": "x" * 8193, "Tier": "Advanced"}, "ValidationException"),
    ({"AllowedPattern": "^[0-9]+$"}, "ParameterPatternMismatchException"),
    ({"AllowedPattern": "["}, "InvalidAllowedPatternException"), ({"DataType": "nonsense"}, "ValidationException"),
    ({"Tags": [{"Key": "a", "Value": "b"}], "Overwrite": True}, "ValidationException"),
])
def test_what_is_wrong_is_refused(ssm, root, parameters, code):
    assert refused(ssm.put_parameter, **{"Name": root, "Value": "v", "Type": "String", **parameters}) == code


def test_tiers_types_and_tags(ssm, root):
    answer = ssm.put_parameter(Name=root, Value="x" * 5000, Type="String", Tier="Intelligent-Tiering")
    assert answer["Tier"] == "Advanced"
    assert refused(ssm.put_parameter, Name=root, Value="x", Tier="Standard", Overwrite=True) == "ValidationException"
    assert refused(ssm.put_parameter, Name=root, Value="x", Type="SecureString",
                   Overwrite=True) == "HierarchyTypeMismatchException"
    assert refused(ssm.put_parameter, Name=root + "/none", Value="x") == "ValidationException"
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId=root, Tags=tags)
    ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=root, TagKeys=["a"])
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=root)["TagList"] == tags[1:]
    assert refused(ssm.list_tags_for_resource, ResourceType="Parameter", ResourceId=root + "x") == "InvalidResourceId"
    assert refused(ssm.list_tags_for_resource, ResourceType="Document", ResourceId=root) == "InvalidResourceType"


def test_a_name_of_one_level_is_read_with_and_without_its_slash(ssm, unique):
    """Both spellings have one ARN; the service answers by the name that was asked for."""
    name = unique("plain")
    ssm.put_parameter(Name=name, Value="v", Type="String")
    for asked in (name, "/" + name):
        shown = ssm.get_parameter(Name=asked)["Parameter"]
        assert shown["Name"] == asked and shown["Value"] == "v"
        assert ssm.get_parameters(Names=[asked])["Parameters"][0]["Name"] == asked
        ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId=asked, Tags=[{"Key": f"k{len(asked)}", "Value": "v"}])
        assert refused(ssm.put_parameter, Name=asked, Value="w", Type="String") == "ParameterAlreadyExists"
    assert len(ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/" + name)["TagList"]) == 2
    ssm.delete_parameter(Name="/" + name)
    assert ssm.get_parameters(Names=[name])["InvalidParameters"] == [name]


def test_names_that_none_can_have_are_no_missing_parameters(ssm, root):
    """A doubled slash is a mistake in the caller's code, not a parameter that may come."""
    for name in (root + "//b", root[1:] + "/b"):
        assert refused(ssm.get_parameter, Name=name) == "ValidationException"
        assert refused(ssm.get_parameters, Names=[name]) == "ValidationException"


def test_secrets_are_read_as_parameters(ssm, client, unique):
    """Programs that know Parameter Store alone read secrets by a reserved path."""
    secrets, name = client("secretsmanager"), unique("secret")
    made = secrets.create_secret(Name=name, SecretString="v1")
    secrets.put_secret_value(SecretId=name, SecretString="v2")
    path = "/aws/reference/secretsmanager/" + name
    shown = ssm.get_parameter(Name=path, WithDecryption=True)["Parameter"]
    assert (shown["Name"], shown["Type"], shown["Value"]) == (path, "SecureString", "v2")
    source = json.loads(shown["SourceResult"])
    assert source["ARN"] == made["ARN"] and source["name"] == name and source["versionStages"] == ["AWSCURRENT"]
    for selector in ("AWSPREVIOUS", made["VersionId"]):
        assert ssm.get_parameter(Name=f"{path}:{selector}", WithDecryption=True)["Parameter"]["Value"] == "v1"
    batch = ssm.get_parameters(Names=[path, path + "none"], WithDecryption=True)
    assert [row["Name"] for row in batch["Parameters"]] == [path] and batch["InvalidParameters"] == [path + "none"]
    assert refused(ssm.get_parameter, Name=path) == "ValidationException"
    with pytest.raises(ClientError, match=f"Secret {path}none not found"):
        ssm.get_parameter(Name=path + "none", WithDecryption=True)
