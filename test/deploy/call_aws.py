"""Calls to AWS as an operator makes them, or as a role: call_aws.py <JSON> → JSON list of answers.

The JSON is {"calls": [[service, operation, parameters], …], "role": an ARN or null}.
"""

import json
import sys

import botocore.session
from botocore.exceptions import ClientError


def main(request):
    session = botocore.session.get_session()
    if request["role"]:
        become(session, request["role"])
    clients = {}
    answers = []
    for service, operation, parameters in request["calls"]:
        if service not in clients:
            clients[service] = session.create_client(service)
        answers.append(call(getattr(clients[service], operation), parameters))
    json.dump(answers, sys.stdout, default=as_text)


def become(session, role):
    credentials = session.create_client("sts").assume_role(RoleArn=role, RoleSessionName="asked")["Credentials"]
    session.set_credentials(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])


def call(operation, parameters):
    try:
        answer = operation(**parameters)
    except ClientError as error:
        return {"error": error.response["Error"]}
    answer.pop("ResponseMetadata", None)
    return {"answer": answer}


def as_text(value):
    # Lambda hands the payload over as a stream.
    return value.read().decode() if hasattr(value, "read") else str(value)


main(json.loads(sys.argv[1]))
