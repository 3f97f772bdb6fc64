"""One call to AWS as an operator makes it: call_aws.py <service> <operation> <JSON parameters> → JSON answer."""

import json
import sys

import botocore.session
from botocore.exceptions import ClientError


def main(service, operation, parameters):
    client = botocore.session.get_session().create_client(service)
    try:
        answer = getattr(client, operation)(**json.loads(parameters))
    except ClientError as error:
        json.dump({"error": error.response["Error"]}, sys.stdout)
        return
    answer.pop("ResponseMetadata", None)
    json.dump({"answer": answer}, sys.stdout, default=as_text)


def as_text(value):
    # Lambda hands the payload over as a stream.
    return value.read().decode() if hasattr(value, "read") else str(value)


main(*sys.argv[1:4])
