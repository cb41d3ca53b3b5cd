"""What recorded answers of Lambda show: states and revisions, defaults that it fills in, and its words of refusal."""

import json
import re
import urllib.error
import urllib.request
import uuid

import pytest

from refusals import code_and_message as refused
from test_lambda_functions import archive, make_function  # noqa: F401

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"


@pytest.fixture
def functions(client):
    return client("lambda")


def test_a_change_of_state_is_a_revision(functions, make_function):  # noqa: F811
    """The answer of a change tells of a state that passes, and its revision passes with it: a later call that
    insists on it fails, as it would against the service."""
    made = make_function()
    name = made["FunctionName"]
    active = functions.get_function_configuration(FunctionName=name)
    assert made["State"] == "Pending" and active["State"] == "Active" and made["RevisionId"] != active["RevisionId"]
    changed = functions.update_function_configuration(FunctionName=name, Description="d", RevisionId=active["RevisionId"])
    assert changed["LastUpdateStatus"] == "InProgress"
    done = functions.get_function_configuration(FunctionName=name)
    assert done["RevisionId"] != changed["RevisionId"]
    assert functions.get_function_configuration(FunctionName=name)["RevisionId"] == done["RevisionId"]


def test_a_published_update_answers_a_new_version(functions, make_function):  # noqa: F811
    """Deployments read the number of the version from it, and its state is that of something new."""
    made = make_function(Publish=True)
    name = made["FunctionName"]
    assert made["Version"] == "1" and made["FunctionArn"] == ARN + name
    code = archive(app_py="def handler(event, context): return 2")
    updated = functions.update_function_code(FunctionName=name, ZipFile=code, Publish=True)
    assert updated["Version"] == "2" and updated["State"] == "Pending" and "LastUpdateStatus" not in updated
    assert updated["RevisionId"] == functions.get_function_configuration(FunctionName=f"{name}:2")["RevisionId"]


def test_what_counts_as_a_change(functions, make_function):  # noqa: F811
    """A version is new if the function changed since, be it in its description; publishing and tags are revisions."""
    name = make_function(Description="one")["FunctionName"]
    revisions = [functions.get_function_configuration(FunctionName=name)["RevisionId"]]
    publish = lambda **more: functions.publish_version(FunctionName=name, **more)["Version"]  # noqa: E731
    assert publish(Description="of the version") == publish() == "1"
    revisions.append(functions.get_function_configuration(FunctionName=name)["RevisionId"])
    functions.tag_resource(Resource=ARN + name, Tags={"a": "b"})
    revisions.append(functions.get_function_configuration(FunctionName=name)["RevisionId"])
    assert len(set(revisions)) == 3
    functions.update_function_configuration(FunctionName=name, Description="two")
    assert publish() == publish() == "2"


def test_lists_leave_states_out(functions, make_function):  # noqa: F811
    """A list that told of states would look like a difference to tools that compare."""
    name = make_function(Publish=True)["FunctionName"]
    for version in functions.list_versions_by_function(FunctionName=name)["Versions"]:
        assert not {"State", "LastUpdateStatus", "RuntimeVersionConfig"} & set(version)


def test_defaults_that_the_service_fills_in(functions, make_function):  # noqa: F811
    """Terraform shows a difference for each that is missing."""
    made = make_function(Environment={"Variables": {}}, LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})
    name = made["FunctionName"]
    assert made["Environment"] == {"Variables": {}}
    assert re.fullmatch(r"arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}", made["RuntimeVersionConfig"]["RuntimeVersionArn"])
    assert made["LoggingConfig"] == {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN",
                                     "LogGroup": "/aws/lambda/" + name}
    text = functions.update_function_configuration(FunctionName=name, LoggingConfig={"LogFormat": "Text"})
    assert text["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/" + name}
    url = functions.create_function_url_config(FunctionName=name, AuthType="NONE")
    assert "InvokeMode" not in url  # Told by those that read.
    assert functions.get_function_url_config(FunctionName=name)["InvokeMode"] == "BUFFERED"
    functions.update_function_url_config(FunctionName=name, InvokeMode="RESPONSE_STREAM")
    assert functions.update_function_url_config(FunctionName=name, AuthType="AWS_IAM")["InvokeMode"] == "RESPONSE_STREAM"


def test_what_cannot_be_made(functions, make_function):  # noqa: F811
    """Found out here, not by the first deployment."""
    for settings, message in [
            ({"Runtime": "python3.7"}, "The runtime parameter of python3.7 is no longer supported"),
            ({"FunctionName": "a" * 65}, "Member must have length less than or equal to 64"),
            ({"Tags": {str(i): "" for i in range(51)}}, "Number of tags exceeds resource tag limit."),
            ({"Environment": {"Variables": {"NAME": "x" * 4086}}}, "exceeded the 4KB limit. String measured: {"),
            ({"Layers": [ARN.replace("function", "layer") + "none:1"]}, "none:1 does not exist.")]:
        code, words = refused(make_function, **settings)
        assert code == "InvalidParameterValueException" and message in words
    make_function(Environment={"Variables": {"NAME": "x" * 4085}})
    assert refused(make_function, FunctionName="arn:aws:lambda:us-east-1:111111111111:function:x")[0] == "AccessDeniedException"
    layers = [functions.publish_layer_version(LayerName="twice", Content={"ZipFile": archive(a_txt="a")})["LayerVersionArn"]
              for _ in range(2)]
    assert "Two different versions of the same layer" in refused(make_function, Layers=layers)[1]


def test_what_is_not_there(functions, make_function, unique):  # noqa: F811
    """Each operation has words of its own for it, which clients match."""
    name, none = make_function()["FunctionName"], unique("none")
    missing = "ResourceNotFoundException"
    assert refused(functions.get_function, FunctionName="a" * 65) == (missing, "Function not found: " + ARN + "a" * 65)
    assert refused(functions.invoke, FunctionName=none) == (missing, f"Function not found: {ARN}{none}:$LATEST")
    assert refused(functions.put_function_concurrency, FunctionName=none, ReservedConcurrentExecutions=1) == (
        missing, f"Function not found: {ARN}{none}:$LATEST")
    assert refused(functions.create_function_url_config, FunctionName=none, AuthType="NONE") == (
        missing, "Function does not exist")
    assert refused(functions.get_function_url_config, FunctionName=none) == (
        missing, "The resource you requested does not exist.")
    assert refused(functions.put_function_event_invoke_config, FunctionName=none, MaximumRetryAttempts=0) == (
        missing, "The function doesn't exist.")
    assert refused(functions.get_function_event_invoke_config, FunctionName=none) == (
        missing, f"The function {ARN}{none}:$LATEST doesn't have an EventInvokeConfig")
    assert refused(functions.update_alias, FunctionName=name, Name="live") == (missing, f"Alias not found: {ARN}{name}:live")
    assert refused(functions.put_provisioned_concurrency_config, FunctionName=name, Qualifier="live",
                   ProvisionedConcurrentExecutions=1) == (missing, f"Cannot find alias arn: {ARN}{name}:live")
    assert refused(functions.remove_permission, FunctionName=none, StatementId="s") == (
        missing, f"No policy found for: {ARN}{none}")
    assert refused(functions.get_policy, FunctionName=none) == (missing, "The resource you requested does not exist.")
    mapping = "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:" + str(uuid.uuid4())
    assert refused(functions.list_tags, Resource=mapping) == (missing, f"Event source mapping not found: {mapping}")
    assert functions.list_event_source_mappings(FunctionName=none)["EventSourceMappings"] == []


def test_destinations_are_looked_at(functions, make_function, unique):  # noqa: F811
    """A result that goes to its own function would go round for ever."""
    name = make_function()["FunctionName"]
    put = lambda arn: refused(functions.put_function_event_invoke_config, FunctionName=name,  # noqa: E731
                              DestinationConfig={"OnSuccess": {"Destination": arn}})[1]
    assert put(ARN + name) == "You can't specify the function as a destination for itself."
    none = ARN + unique("none")
    assert put(none) == f"The destination ARN {none} is invalid."
    iam = "arn:aws:iam:us-east-1:000000000000:function:" + name
    assert put(iam) == ("The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
                        f"{iam}), onFailure=null) is invalid.")


def test_aliases_permissions_and_concurrency(functions, make_function):  # noqa: F811
    """An alias of $LATEST is one, its revision guards its first permission, and a reservation is of the whole function."""
    name = make_function()["FunctionName"]
    alias = functions.create_alias(FunctionName=name, Name="latest", FunctionVersion="$LATEST")
    assert alias["FunctionVersion"] == "$LATEST"
    assert json.loads(functions.invoke(FunctionName=f"{name}:latest")["Payload"].read())["version"] == "$LATEST"
    allow = {"FunctionName": f"{name}:latest", "StatementId": "s", "Action": "lambda:InvokeFunction"}
    assert refused(functions.add_permission, Principal="s3.amazonaws.com", RevisionId="x", **allow)[0] == (
        "PreconditionFailedException")
    assert "principal was invalid" in refused(functions.add_permission, Principal="s3.example.com", **allow)[1]
    functions.add_permission(Principal="s3.amazonaws.com", RevisionId=alias["RevisionId"], **allow)
    assert refused(functions.put_function_concurrency, FunctionName=f"{ARN}{name}:$LATEST",
                   ReservedConcurrentExecutions=0)[0] == "InvalidParameterValueException"
    functions.publish_version(FunctionName=name)
    for count, words in [(950, "below its minimum value of [100]"), (1001, "greater than account's unreserved concurrency")]:
        code, message = refused(functions.put_provisioned_concurrency_config, FunctionName=name, Qualifier="1",
                                ProvisionedConcurrentExecutions=count)
        assert code == "InvalidParameterValueException" and words in message
    assert refused(functions.tag_resource, Resource=ARN + name, Tags={})[0] == "InvalidParameterValueException"
    assert refused(functions.untag_resource, Resource=ARN + name, TagKeys=[])[0] == "ValidationException"


def test_an_unknown_runtime_is_an_invalid_parameter(functions, make_function):  # noqa: F811
    """Unlike other values outside of a list, which break the model's constraints: an ARN might stand there."""
    for call, more in ((functions.create_function, {"Role": "arn:aws:iam::000000000000:role/r", "Handler": "a.b", "Code": {"ZipFile": archive(a_py="")}}),
                       (functions.update_function_configuration, {})):
        code, message = refused(call, FunctionName=make_function()["FunctionName"], Runtime="PYTHON3.12", **more)
        assert code == "InvalidParameterValueException"
        assert message.startswith("Value PYTHON3.12 at 'runtime' failed to satisfy constraint") and message.endswith(" or be a valid ARN")


def test_a_refusal_tells_its_type_once(functions, endpoint):
    request = urllib.request.Request(endpoint + "/2015-03-31/event-source-mappings/none", headers={"Authorization": (
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0")})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.read().count(b"Type") == 1
