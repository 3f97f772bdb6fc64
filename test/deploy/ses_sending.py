"""Puts what SES asks a policy for when a mail is sent into the evaluation of policies, which ministack leaves out.

Without it, `ses:SendEmail` is asked for on every resource: a right that is cut to an identity and a configuration set
is none. As SES does: the identity of the sender (the address, or else its domain) and the configuration set each have
to be allowed, and `ses:FromAddress` is the address that the mail is from, without its display name.
"""

import json
from email.utils import parseaddr

from ministack.core import iam_actions
from ministack.services import ses_v2

PATH = "/v2/email/outbound-emails"


def install(gateway):
    enforce = gateway._enforce_ses_v2
    asked = json.dumps({"FromEmailAddress": "keys@example.com"}).encode()
    if iam_actions.extract_resource_arn("ses", "POST", PATH, {}, asked, {}, "r", "a") != "*":
        raise ValueError("This ministack asks for what a mail is sent with: remove ses_sending.py.")

    def enforce_each(method, path, headers, body, query_params, request_id):
        if method != "POST" or path.rstrip("/") != PATH or not gateway.AUTH:
            return enforce(method, path, headers, body, query_params, request_id)
        request = json.loads(body or b"{}")
        address = parseaddr(request.get("FromEmailAddress", ""))[1].lower()
        for arn in resources(request, address):
            denied = gateway._enforce_data_plane(
                "sesv2", "ses:SendEmail", headers, query_params, request_id,
                resource_arn=arn, service_context={"ses:FromAddress": address}, named_resource=arn,
            )
            if denied:
                return denied
        return None

    gateway._enforce_ses_v2 = enforce_each


def resources(request, address):
    identity = address if address in ses_v2._identities else address.rpartition("@")[2]
    named = request.get("ConfigurationSetName")
    return [ses_v2._resource_arn("identity", identity)] + ([ses_v2._resource_arn("configuration-set", named)] if named else [])
