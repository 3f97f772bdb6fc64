"""Has API Gateway take the API key of a call from its authorizer, where the API says so.

ministack takes it from the header `X-API-Key` in any case: what an authorizer answers as `usageIdentifierKey` is dropped,
and so is the template's `ApiKeySourceType: AUTHORIZER`. A method that asks for a key would refuse every caller of ours.
"""

import contextvars
import inspect
import json

from ministack.services import apigateway_v1
from ministack.services.cloudformation import provisioners

REST_API = "AWS::ApiGateway::RestApi"

# What the authorizer of the call that is being answered has handed over.
given = contextvars.ContextVar("usageIdentifierKey", default=None)


def install():
    if "usageIdentifierKey" in inspect.getsource(apigateway_v1):
        raise ValueError("This ministack takes API keys from authorizers: remove gateway_keys.py.")
    keep_the_source()
    remember_what_is_given()
    check_what_is_given()


def keep_the_source():
    """Puts the template's source of API keys into the API that is made from it."""
    handlers = provisioners._RESOURCE_HANDLERS[REST_API]
    create = handlers["create"]

    def create_with_source(logical_id, props, stack_name):
        api_id, attributes = create(logical_id, props, stack_name)
        source = props.get("ApiKeySourceType", "HEADER")
        api = apigateway_v1._rest_apis[api_id]
        if source != "HEADER" and api["apiKeySource"] == source:
            raise ValueError("This ministack keeps the source of API keys: remove keep_the_source.")
        api["apiKeySource"] = source
        return api_id, attributes

    handlers["create"] = create_with_source


def remember_what_is_given():
    authorize, invoke = apigateway_v1._authorize_request_v1, apigateway_v1._invoke_authorizer_lambda

    async def authorize_anew(*args, **named):
        given.set(None)
        return await authorize(*args, **named)

    async def invoke_and_remember(*args, **named):
        result = await invoke(*args, **named)
        answer = (result or {}).get("body")
        if isinstance(answer, (str, bytes)):
            answer = json.loads(answer or b"null")
        given.set(answer.get("usageIdentifierKey") if isinstance(answer, dict) else None)
        return result

    apigateway_v1._authorize_request_v1 = authorize_anew
    apigateway_v1._invoke_authorizer_lambda = invoke_and_remember


def check_what_is_given():
    check = apigateway_v1._check_api_key

    def check_by_source(method_obj, api_id, stage_name, headers):
        if apigateway_v1._rest_apis[api_id]["apiKeySource"] == "AUTHORIZER":
            headers = {"x-api-key": given.get() or ""}
        return check(method_obj, api_id, stage_name, headers)

    apigateway_v1._check_api_key = check_by_source
