"""The REST API: every slice's router under /api/v1/, behind one gate."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.parser import Parser
from ninja.security import HttpBearer

from weixi.commerce.api import router as orders
from weixi.commerce.contracts_api import router as contracts
from weixi.customers.api import router as customers
from weixi.customers.attachments.api import router as files
from weixi.customers.duplicates.api import router as duplicates
from weixi.customers.exporting.api import router as exports
from weixi.customers.importing.api import router as imports
from weixi.customers.occasions.api import router as occasions
from weixi.customers.people_map.api import router as people_map
from weixi.duties.api import router as duties
from weixi.grading.api import router as grading
from weixi.integrations import events, faults, me
from weixi.integrations.gate import guard_operation
from weixi.interactions.api import router as interactions
from weixi.privacy.api import router as consents

VERSION = "1.0.0"
PREFIX = "/api/v1"


class ReadAtTheGate(Parser):
    """The gate has read the body already, strictly."""

    def parse_body(self, request: Any) -> Any:
        return request.weixi_json


class BearerToken(HttpBearer):
    """Says in the OpenAPI document what the gate asks for; the gate has let nobody else through."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "viewer", None)


class WeixiAPI(NinjaAPI):
    """Operation ids are the names of the functions, unique over all slices."""

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


def build(routers: list[Router]) -> WeixiAPI:
    api = WeixiAPI(
        title="Weixi",
        version=VERSION,
        description=(
            "Customers, contacts, orders, interactions, duties, grading and events of one installation. "
            "Send `Authorization: Bearer <token>`; a token never does more than the person it belongs to. "
            "Every refusal is `{code, message, fields}`. A write with an `Idempotency-Key` may be sent again."
        ),
        auth=BearerToken(),
        parser=ReadAtTheGate(),
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
    )
    faults.install(api)
    api.add_decorator(guard_operation, mode="view")
    for router in routers:
        api.add_router("", router)
    return api


api = build(
    [
        me.router,
        customers,
        people_map,
        occasions,
        files,
        duplicates,
        orders,
        contracts,
        interactions,
        duties,
        grading,
        consents,
        imports,
        exports,
        events.router,
    ]
)
