"""Starts ministack as `emulator.ts` needs it. The emulator is used as published, but for what stands here.

It ends when its standard input does, so that it never outlives the process that started it.
"""

import json
import os
import signal
import sys
import threading
import uuid

from ministack import app as gateway
from ministack.core import iam_actions
from ministack.services.cloudformation import provisioners

# Isolated, Python does not look beside the program that it was given.
sys.dont_write_bytecode = True
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import gateway_keys  # noqa: E402
import leading_keys  # noqa: E402
import log_filters  # noqa: E402
import ses_sending  # noqa: E402

ALARM = "AWS::CloudWatch::Alarm"
SECRET = "AWS::SecretsManager::Secret"


def main():
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    name_secrets_as_aws_does()
    say_that_requests_came_over_tls()
    deploy_alarms_on_expressions()
    ask_for_streams_by_name()
    gateway_keys.install()
    leading_keys.install()
    log_filters.install()
    ses_sending.install(gateway)
    gateway.main()


def end_with_standard_input():
    while sys.stdin.buffer.read(4096):
        pass
    # The whole group: the workers that run the functions are children of this process.
    os.killpg(os.getpgrp(), signal.SIGKILL)


def name_secrets_as_aws_does():
    """Corrects one fault: `Ref` of a secret gives its name, where CloudFormation gives its ARN.

    With the name in its place, IAM policies for the secret match nothing and CDK's `secret.secretName` fails the
    stack. A secret without a name is named <logical id>-<12 characters>, which CDK counts on as well.
    """
    handlers = provisioners._RESOURCE_HANDLERS[SECRET]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def name_of(arn):
        secrets = provisioners._sm._secrets
        return next((name for name, secret in secrets.items() if secret["ARN"] == arn), arn)

    def create_with_arn(logical_id, props, stack_name):
        name = props.get("Name") or f"{logical_id}-{uuid.uuid4().hex[:12]}"
        physical_id, attributes = create(logical_id, {**props, "Name": name}, stack_name)
        if physical_id == attributes["Arn"]:
            raise ValueError("This ministack gives Ref of a secret as AWS does: remove name_secrets_as_aws_does.")
        return attributes["Arn"], attributes

    def update_with_arn(physical_id, old, new, *rest, **named):
        # The name that was made up at the creation stays, or the secret would be replaced.
        name = {"Name": name_of(physical_id)}
        _, attributes, *more = update(name["Name"], {**name, **old}, {**name, **new}, *rest, **named)
        return (attributes["Arn"], attributes, *more)

    handlers["create"] = create_with_arn
    handlers["update"] = update_with_arn
    handlers["delete"] = lambda physical_id, props: delete(name_of(physical_id), props)


def deploy_alarms_on_expressions():
    """Deploys an alarm on an expression of metrics as one on the first of them.

    ministack refuses it, and with it the stack. No alarm is ever raised there: only that it is deployed matters.
    """
    expression = {"Metrics": [{"MetricStat": {"Metric": {"Namespace": "n", "MetricName": "m"}, "Stat": "Sum"}}]}
    try:
        provisioners._cw_metric_alarm_record("asked", {"ComparisonOperator": "LessThanThreshold", "Threshold": 1, **expression})
    except ValueError as error:
        if "Properties.Metrics" not in str(error):
            raise
    else:
        raise ValueError("This ministack takes alarms on expressions: remove deploy_alarms_on_expressions.")

    def on_first_metric(props):
        metrics = [metric["MetricStat"] for metric in props.get("Metrics", []) if "MetricStat" in metric]
        if not metrics:
            return props
        first = {**metrics[0]["Metric"], "Statistic": metrics[0]["Stat"], "Period": metrics[0].get("Period", 60)}
        # What is unusual is a band that the expression makes up: there is no threshold beside it.
        return {"Threshold": 0, **{name: value for name, value in props.items() if name != "Metrics"}, **first}

    handlers = provisioners._RESOURCE_HANDLERS[ALARM]
    create, update = handlers["create"], handlers["update"]
    handlers["create"] = lambda logical_id, props, *rest, **named: create(logical_id, on_first_metric(props), *rest, **named)
    handlers["update"] = lambda physical_id, old, new, *rest, **named: update(
        physical_id, on_first_metric(old), on_first_metric(new), *rest, **named
    )


def ask_for_streams_by_name():
    """Names the stream that a request is about to the evaluation of policies, where ministack asks for every resource."""
    resource_of = iam_actions.extract_resource_arn
    if resource_of("dynamodbstreams", "POST", "/", {}, b'{"StreamArn": "asked"}', {}, "r", "a") != "*":
        raise ValueError("This ministack asks for streams by name: remove ask_for_streams_by_name.")

    def named(service, method, path, headers, body, *where):
        stream = json.loads(body or b"{}").get("StreamArn") if service == "dynamodbstreams" else None
        return stream or resource_of(service, method, path, headers, body, *where)

    iam_actions.extract_resource_arn = named


def say_that_requests_came_over_tls():
    """Marks requests as a proxy that ends TLS would: the bucket that `cdk bootstrap` makes refuses plain HTTP."""
    plain = gateway.app

    async def over_tls(scope, receive, send):
        if scope["type"] == "http":
            others = [header for header in scope["headers"] if header[0] != b"x-forwarded-proto"]
            scope = {**scope, "headers": [*others, (b"x-forwarded-proto", b"https")]}
        await plain(scope, receive, send)

    gateway.app = over_tls


main()
