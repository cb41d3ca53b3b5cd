"""What a refused call answers, in the forms that tests compare. Each fails if the call succeeds."""

import pytest
from botocore.exceptions import ClientError


def refusal_of(call, **arguments):
    """The whole answer: Error, ResponseMetadata and the service's own members."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response


def error_of(call, **arguments):
    """Code, Message and the error's other members."""
    return refusal_of(call, **arguments)["Error"]


def code_of(call, **arguments):
    return error_of(call, **arguments)["Code"]


def code_and_message(call, **arguments):
    error = error_of(call, **arguments)
    return error["Code"], error["Message"]


def code_and_status(call, **arguments):
    refusal = refusal_of(call, **arguments)
    return refusal["Error"]["Code"], refusal["ResponseMetadata"]["HTTPStatusCode"]


def code_message_and_status(call, **arguments):
    refusal = refusal_of(call, **arguments)
    return refusal["Error"]["Code"], refusal["Error"]["Message"], refusal["ResponseMetadata"]["HTTPStatusCode"]
