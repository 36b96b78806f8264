"""Every door says who may pass; what says nothing is closed."""

import re
from typing import Any

import pytest
from litestar import Litestar

from tongban.kit.http import Access


def _routes(app: Litestar) -> list[tuple[str, str, Any]]:
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            for method in sorted(getattr(handler, "http_methods", [])):
                found.append((method, route.path, handler))
    return found


def test_every_route_says_who_may_use_it(application: Litestar) -> None:
    silent = [
        f"{method} {path}"
        for method, path, handler in _routes(application)
        if not isinstance(handler.opt.get("access"), Access) and method != "OPTIONS"
    ]
    assert silent == []


def test_every_public_route_has_a_reason(application: Litestar) -> None:
    lacking = [
        path
        for _, path, handler in _routes(application)
        if isinstance(access := handler.opt.get("access"), Access)
        and access.kind == "public"
        and len(access.reason) < 8
    ]
    assert lacking == []


def test_every_duty_that_a_route_asks_for_is_on_the_closed_list(application: Litestar) -> None:
    from tongban.modules.identity.model import DUTIES

    asked = {
        duty
        for _, _, handler in _routes(application)
        if isinstance(access := handler.opt.get("access"), Access)
        for duty in access.duties
    }
    assert asked - set(DUTIES) == set()


def test_no_address_takes_personal_data_in_its_path_or_query(application: Litestar) -> None:
    personal = re.compile(r"resident|phone|mobile|id_number|person_name|subject|身份证")
    offending = []
    for method, path, handler in _routes(application):
        names = [path, *handler.parsed_fn_signature.parameters]
        if method == "GET" and any(personal.search(str(name)) for name in names):
            offending.append(f"{method} {path}")
    assert offending == []


NOTHING_PERSONAL = {
    "/about": "departments",
    "/archive": "case numbers",
    "/catalog": "resources",
    "/catalog/elements": "elements",
    "/grants": "grants",
    "/ledger": "numbers of entries, of which none is about anybody",
    "/services": "services",
    "/work/certificates": "numbers of cases and certificates",
    "/work/reassign": "case numbers",
}
"""What may be searched by an address, each with what is looked through: never anything personal."""


def test_a_search_over_personal_fields_is_sent_as_a_form(application: Litestar) -> None:
    by_address: set[str] = set()
    by_form: set[str] = set()
    for _, _, handler in _routes(application):
        listing = handler.opt.get("listing")
        if listing is not None and any(one.kind == "search" for one in listing.filters):
            (by_form if listing.private else by_address).add(listing.address)
    assert by_address == set(NOTHING_PERSONAL)
    assert by_form == {"/work", "/admin/staff", "/messages"}


@pytest.mark.parametrize("path", ["/api/services", "/api/nowhere"])
def test_json_comes_in_one_of_two_envelopes(client: Any, path: str) -> None:
    answer = client.get(path)
    body = answer.json()
    assert ("data" in body) != ("code" in body)
    if "code" in body:
        assert {"type", "title", "status", "detail", "code"} <= set(body)
        assert answer.headers["content-type"] == "application/problem+json"
