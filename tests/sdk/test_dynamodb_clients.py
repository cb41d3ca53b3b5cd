"""Other clients of DynamoDB, unmodified: SDKs of other languages with their own layers over items."""

from client_support import go_clients, java_client, run


def test_sdk_for_go(endpoint, unique):
    # attributevalue reads structs back from whatever types and order come; expression writes nested operands.
    run(go_clients() / "dynamodb", endpoint, unique("go"))


def test_enhanced_client_for_java(endpoint, unique):
    # Its extensions write versions, counters and times in conditions and expressions that it makes by itself.
    java_client("Enhanced", endpoint, unique("java"))
