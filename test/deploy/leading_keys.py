"""Puts `dynamodb:LeadingKeys` into the evaluation of policies, which ministack leaves out.

Without it, a condition "for all values of the leading keys" holds for every request, and rights that are cut to
partitions are rights to the whole table. As IAM does: the values of the partition key that a request names, on an
index those of the index's key; in a transaction each action by itself. A scan names none.
"""

import json
import re

from ministack.core import iam_actions, iam_evaluator
from ministack.services import dynamodb

NAME = "dynamodb:LeadingKeys"


class ItemAction(str):
    """One action of a transaction, by its IAM name, with the partition that it is about."""

    leading_keys = ()


def install():
    context_of = iam_actions.dynamodb_service_context
    checks_of = iam_actions.dynamodb_transaction_checks
    enforce = iam_evaluator.enforce
    if NAME in context_of(json.dumps({"TableName": "t", "Key": {"pk": {"S": "x"}}}).encode()):
        raise ValueError("This ministack knows dynamodb:LeadingKeys: remove leading_keys.py.")

    def context_with_leading_keys(body):
        keys = leading_keys(read(body))
        return {**context_of(body), **({NAME: keys} if keys else {})}

    def checks_with_leading_keys(iam_action, body, *where):
        checks = checks_of(iam_action, body, *where)
        details = [detail for item in read(body).get("TransactItems", []) for detail in item.values()] if checks else []
        if len(details) != len(checks):
            raise ValueError("The actions of a transaction are not those that are checked.")
        return [(item_action(action, detail), arn) for (action, arn), detail in zip(checks, details)]

    def enforce_each(access_key, action, service, region, resource_arn="*", service_context=None):
        own = {NAME: action.leading_keys} if isinstance(action, ItemAction) else {}
        return enforce(access_key, str(action), service, region, resource_arn, {**(service_context or {}), **own})

    iam_actions.dynamodb_service_context = context_with_leading_keys
    iam_actions.dynamodb_transaction_checks = checks_with_leading_keys
    iam_evaluator.enforce = enforce_each


def item_action(action, detail):
    marked = ItemAction(action)
    marked.leading_keys = leading_keys(detail)
    return marked


def read(body):
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def leading_keys(request):
    """Of a request for one table, or of a batch."""
    batch = request.get("RequestItems")
    if isinstance(batch, dict):
        return [key for table, requests in batch.items() for key in batch_keys(partition_key(table), requests)]
    name = partition_key(request.get("TableName"), request.get("IndexName"))
    if isinstance(request.get("KeyConditionExpression"), str):
        return queried(name, request)
    return values(name, [request.get("Key"), request.get("Item")])


def batch_keys(name, requests):
    if isinstance(requests, dict):
        return values(name, requests.get("Keys", []))
    return values(name, [put_or_delete.get(part) for request in requests for put_or_delete in request.values() for part in ("Item", "Key")])


def values(name, items):
    return [text for item in items if isinstance(item, dict) and name in item for text in item[name].values()]


def queried(name, request):
    """The value that a query compares the partition key with; it has to be an equality."""
    names = request.get("ExpressionAttributeNames") or {}
    for attribute, value in re.findall(r"([#\w.-]+)\s*=\s*(:\w+)", request["KeyConditionExpression"]):
        if names.get(attribute, attribute) == name:
            return values(value, [request.get("ExpressionAttributeValues")])
    return []


def partition_key(table, index=None):
    found = dynamodb._tables.get((table or "").rsplit("/", 1)[-1]) or {}
    indexes = found.get("GlobalSecondaryIndexes") or []
    schema = next((one["KeySchema"] for one in indexes if one["IndexName"] == index), found.get("KeySchema", []))
    return next((key["AttributeName"] for key in schema if key["KeyType"] == "HASH"), None)
