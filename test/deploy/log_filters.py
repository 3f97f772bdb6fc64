"""Has a subscription to a log understand the one kind of JSON filter that ours use: `{ $.message = "refused" }`.

ministack looks for the words of a filter in the line, `.message` among them: no line has all of them, and none reaches a
subscriber. Which lines a subscription hands over is decided here as CloudWatch Logs does.
"""

import json
import re

from ministack.services import cloudwatch_logs

EQUALS = re.compile(r'\{\s*\$\.(\w+)\s*=\s*"([^"]*)"\s*\}')


def install():
    matches = cloudwatch_logs._subscription_pattern_matches
    if matches('{ $.asked = "yes" }', '{"asked":"yes"}'):
        raise ValueError("This ministack understands JSON filters: remove log_filters.py.")

    def matches_json(pattern, message):
        asked = EQUALS.fullmatch((pattern or "").strip())
        if not asked:
            return matches(pattern, message)
        name, value = asked.groups()
        return field(message, name) == value

    cloudwatch_logs._subscription_pattern_matches = matches_json


def field(message, name):
    """Of a line that is a JSON object; None where it is not, or has no such field."""
    try:
        line = json.loads(message or "")
    except ValueError:
        return None
    return line.get(name) if isinstance(line, dict) else None
