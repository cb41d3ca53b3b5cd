"""Layers: pages of layers and versions, and who may use a version."""

import base64
import hashlib
import json
import urllib.error
import urllib.request

import pytest

from refusals import code_and_status as refusal
from test_lambda_functions import archive


@pytest.fixture
def lambda_of(client, account):
    """Lambda of an account of the test's own: what it lists is what the test has made."""
    return client("lambda", access_key=account)


def publish(client, name, **settings):
    return client.publish_layer_version(LayerName=name, Content={"ZipFile": archive(a_txt="x")}, **settings)


def test_layers_and_versions_are_listed_in_pages(lambda_of):
    for number in range(5):
        for runtime in ("python3.12", "nodejs20.x", "python3.12"):
            publish(lambda_of, f"layer-{number}", CompatibleRuntimes=[runtime])
    first = lambda_of.list_layers(MaxItems=3)
    assert [layer["LayerName"] for layer in first["Layers"]] == ["layer-0", "layer-1", "layer-2"]
    second = lambda_of.list_layers(MaxItems=3, Marker=first["NextMarker"])
    assert [layer["LayerName"] for layer in second["Layers"]] == ["layer-3", "layer-4"] and "NextMarker" not in second
    assert {layer["LatestMatchingVersion"]["Version"] for layer in first["Layers"]} == {3}
    node = lambda_of.list_layers(CompatibleRuntime="nodejs20.x", MaxItems=5)
    assert [layer["LatestMatchingVersion"]["Version"] for layer in node["Layers"]] == [2] * 5 and "NextMarker" not in node
    seen, marker = [], {}
    while True:
        page = lambda_of.list_layer_versions(LayerName="layer-1", MaxItems=1, **marker)
        seen += [version["Version"] for version in page["LayerVersions"]]
        if "NextMarker" not in page:
            break
        marker = {"Marker": page["NextMarker"]}
    assert seen == [3, 2, 1]
    assert [v["Version"] for v in lambda_of.list_layer_versions(LayerName="layer-1", CompatibleRuntime="python3.12")["LayerVersions"]] == [3, 1]
    assert refusal(lambda_of.list_layer_versions, LayerName="layer-1", Marker="nonsense") == ("InvalidParameterValueException", 400)


def test_a_version_has_a_policy(lambda_of):
    made = publish(lambda_of, "shared")
    version = {"LayerName": "shared", "VersionNumber": made["Version"]}
    assert refusal(lambda_of.get_layer_version_policy, **version) == ("ResourceNotFoundException", 404)
    one = lambda_of.add_layer_version_permission(**version, StatementId="one", Action="lambda:GetLayerVersion", Principal="111122223333")
    assert json.loads(one["Statement"]) == {
        "Sid": "one", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "lambda:GetLayerVersion",
        "Resource": made["LayerVersionArn"]}
    lambda_of.add_layer_version_permission(**version, StatementId="all", Action="lambda:GetLayerVersion", Principal="*",
                                           OrganizationId="o-abcdefghij", RevisionId=one["RevisionId"])
    policy = lambda_of.get_layer_version_policy(**version)
    statements = json.loads(policy["Policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == ["one", "all"]
    assert statements[1]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
    add = {"Action": "lambda:GetLayerVersion", "Principal": "*"}
    assert refusal(lambda_of.add_layer_version_permission, **version, StatementId="one", **add) == ("ResourceConflictException", 409)
    assert refusal(lambda_of.add_layer_version_permission, **version, StatementId="two", RevisionId=one["RevisionId"], **add) == (
        "PreconditionFailedException", 412)
    assert refusal(lambda_of.add_layer_version_permission, LayerName="shared", VersionNumber=9, StatementId="two", **add) == (
        "ResourceNotFoundException", 404)
    assert refusal(lambda_of.remove_layer_version_permission, **version, StatementId="none") == ("ResourceNotFoundException", 404)
    lambda_of.remove_layer_version_permission(**version, StatementId="one", RevisionId=policy["RevisionId"])
    lambda_of.remove_layer_version_permission(**version, StatementId="all")
    assert refusal(lambda_of.get_layer_version_policy, **version) == ("ResourceNotFoundException", 404)


def test_a_layer_says_where_its_content_is(lambda_of):
    """Whoever reads a version fetches what was published from there, and nobody does who guesses."""
    made = publish(lambda_of, "located")
    for content in (made["Content"], lambda_of.get_layer_version(LayerName="located", VersionNumber=1)["Content"],
                    lambda_of.get_layer_version_by_arn(Arn=made["LayerVersionArn"])["Content"]):
        body = urllib.request.urlopen(content["Location"]).read()
        assert base64.b64encode(hashlib.sha256(body).digest()).decode() == made["Content"]["CodeSha256"]
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(content["Location"][:-4] + "AAAA")


def test_numbers_of_layer_versions_begin_at_one(lambda_of):
    for call in (lambda_of.get_layer_version, lambda_of.delete_layer_version):
        assert refusal(call, LayerName="none", VersionNumber=0) == ("InvalidParameterValueException", 400)
    assert refusal(lambda_of.get_layer_version, LayerName="none", VersionNumber=1) == ("ResourceNotFoundException", 404)
