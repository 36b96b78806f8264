"""The staff: find, let in, move, let go."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kernel.text import say
from tongban.kit.db import Reader
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, page_from, requires
from tongban.kit.i18n import translate, translator
from tongban.kit.sheets import csv_file
from tongban.modules.government import queries as government
from tongban.modules.identity import actions, queries
from tongban.modules.identity.model import NewStaff, StaffAccount
from tongban.modules.identity.pages.cookies import AnyRequest

_MANAGE = {"access": requires("staff.manage")}
_MOST = 1000
"""Staff found at once by a search, whose pages have no address."""
_ACTIVE = {"yes": True, "no": False}


@get("/admin/staff", opt=_MANAGE, sync_to_thread=False)
def staff_list(
    request: AnyRequest,
    q: FromQuery[str] = "",
    department: FromQuery[str] = "",
    active: FromQuery[str] = "yes",
    sort: FromQuery[str] = "login",
) -> Response[str]:
    """List the staff, found by login, filtered by department and state."""
    kept = {"q": q, "department": department, "active": active, "sort": sort}
    return _staff_page(request, kept, kept, number=page_from(request.query_params))


@post("/admin/staff", status_code=200, opt=_MANAGE)
async def staff_search(request: AnyRequest) -> Response[str]:
    """Find staff by name or login: sent as a form, so that no address holds a name."""
    typed = {"active": "yes", "sort": "login", **await form_of(request)}
    kept = {name: typed.get(name, "") for name in ("q", "department", "active", "sort")}
    addressed = {name: value for name, value in kept.items() if name != "q"}
    return _staff_page(request, kept, addressed, by_name=True, size=_MOST)


def _staff_page(
    request: AnyRequest, kept: dict[str, str], addressed: dict[str, str], /, **how: Any
) -> Response[str]:
    """Show some staff; ``addressed`` is what of the filter may stand in an address."""
    number, size = how.get("number", 1), how.get("size", queries.PAGE)
    with house(request).db.read() as reader:
        found = queries.staff(
            reader,
            words=kept["q"],
            by_name=how.get("by_name", False),
            department=kept["department"],
            active=_ACTIVE.get(kept["active"]),
            sort=kept["sort"],
            page=number,
            size=size,
        )
        context = _names(request, reader)
    return page(
        request,
        "identity/staff.html",
        found=found,
        kept=kept,
        kept_query=urlencode(addressed),
        **context,
    )


def _names(request: AnyRequest, reader: Reader) -> dict[str, Any]:
    language = language_of(request)
    return {
        "departments": government.department_names(reader.connection, language),
        "roles": {
            code: say(name, language)
            for code, name in queries.role_names(reader.connection).items()
        },
    }


@get("/admin/staff.csv", opt=_MANAGE, sync_to_thread=False)
def staff_file(
    request: AnyRequest,
    q: FromQuery[str] = "",
    department: FromQuery[str] = "",
    active: FromQuery[str] = "yes",
    sort: FromQuery[str] = "login",
) -> Response[bytes]:
    """Give out the same list as a file."""
    with house(request).db.read() as reader:
        found = queries.staff(
            reader,
            words=q,
            by_name=False,
            department=department,
            active=_ACTIVE.get(active),
            sort=sort,
            size=100_000,
        )
        names = _names(request, reader)
    language = language_of(request)
    head = [
        translate(language, f"identity.staff.{name}")
        for name in ("login", "name", "department", "roles", "state")
    ]
    rows = [_row(one, names, language) for one in found.rows]
    return csv_file("staff", head, rows)


def _row(one: StaffAccount, names: dict[str, Any], language: str) -> list[str]:
    state = "active" if one.active else "inactive"
    return [
        one.login,
        one.name,
        names["departments"].get(one.department, one.department),
        "、".join(names["roles"].get(role, role) for role in one.roles),
        translate(language, f"identity.staff.{state}"),
    ]


@get("/admin/staff/new", opt=_MANAGE, sync_to_thread=False)
def new_page(request: AnyRequest) -> Response[str]:
    """Ask who is to be let in."""
    return _form_page(request, None, {"roles": []})


def _form_page(
    request: AnyRequest, account: str | None, typed: dict[str, Any], refusal: Refusal | None = None
) -> Response[str]:
    with house(request).db.read() as reader:
        context = _names(request, reader)
    return page(
        request,
        "identity/staff_form.html",
        status=200 if refusal is None else STATUS[refusal.kind],
        account=account,
        typed=typed,
        **context,
        **(errors_of(refusal, request, field_names(request)) if refusal else {}),
    )


def field_names(request: AnyRequest) -> dict[str, str]:
    """Return what the fields of an account are called, in the order in which forms show them."""
    fields = ("name", "login", "department", "roles", "address", "password", "again")
    labels = {"password": "identity.sign_in.password", "again": "identity.reset.again"}
    t = translator(language_of(request))
    return {name: t(labels.get(name, f"identity.staff.{name}")) for name in fields}


async def _typed(request: AnyRequest) -> dict[str, Any]:
    form = await request.form()
    typed: dict[str, Any] = await form_of(request)
    typed["roles"] = [str(role) for role in form.getall("roles", [])]
    return typed


def _new(typed: dict[str, Any]) -> NewStaff:
    return NewStaff(
        login=typed.get("login", ""),
        name=typed.get("name", ""),
        department=typed.get("department", ""),
        roles=tuple(typed["roles"]),
        address=typed.get("address", ""),
    )


@post("/admin/staff/new", opt=_MANAGE)
async def create(request: AnyRequest) -> Response[str]:
    """Let somebody in, and show their set-password link this once."""
    actor, typed = actor_of(request), await _typed(request)
    try:
        account, token = await house(request).write(
            lambda unit: actions.create_staff(unit, actor, _new(typed))
        )
    except Refusal as refusal:
        return _form_page(request, None, typed, refusal)
    return _link_page(request, account.id, account.name, token)


def _link_page(request: AnyRequest, account: str, name: str, token: str) -> Response[str]:
    link = f"{house(request).settings.address}/reset-password?{urlencode({'link': token})}"
    return page(request, "identity/staff_link.html", account=account, name=name, link=link)


@get("/admin/staff/{account:str}", opt=_MANAGE, sync_to_thread=False)
def one_page(
    request: AnyRequest, account: FromPath[str], changed: FromQuery[str] = ""
) -> Response[str]:
    """Show one member of staff and what can be done."""
    with house(request).db.read() as reader:
        found = queries.staff_account(reader, account)
        context = _names(request, reader)
        address = queries.address_of(reader, account)
    return page(
        request, "identity/staff_one.html", one=found, address=address, changed=changed, **context
    )


@get("/admin/staff/{account:str}/change", opt=_MANAGE, sync_to_thread=False)
def change_page(request: AnyRequest, account: FromPath[str]) -> Response[str]:
    """Ask for the new department and roles."""
    with house(request).db.read() as reader:
        found = queries.staff_account(reader, account)
    typed = {
        "login": found.login,
        "name": found.name,
        "department": found.department,
        "roles": list(found.roles),
    }
    return _form_page(request, account, typed)


@post("/admin/staff/{account:str}/change", opt=_MANAGE)
async def change(request: AnyRequest, account: FromPath[str]) -> Response[str] | Redirect:
    """Keep the new department and roles."""
    actor, typed = actor_of(request), await _typed(request)
    try:
        await house(request).write(
            lambda unit: actions.change_staff(unit, actor, account, _new(typed))
        )
    except Refusal as refusal:
        return _form_page(request, account, typed, refusal)
    return redirect(f"/admin/staff/{account}?changed=staff")


@get("/admin/staff/{account:str}/deactivate", opt=_MANAGE, sync_to_thread=False)
def deactivate_page(request: AnyRequest, account: FromPath[str]) -> Response[str]:
    """Ask once more, saying what will happen."""
    with house(request).db.read() as reader:
        found = queries.staff_account(reader, account)
    return page(request, "identity/staff_deactivate.html", one=found)


@post("/admin/staff/{account:str}/deactivate", opt=_MANAGE)
async def deactivate(request: AnyRequest, account: FromPath[str]) -> Response[str] | Redirect:
    """Let somebody go."""
    actor = actor_of(request)
    try:
        await house(request).write(lambda unit: actions.deactivate_staff(unit, actor, account))
    except Refusal as refusal:
        with house(request).db.read() as reader:
            found = queries.staff_account(reader, account)
        status, shown = STATUS[refusal.kind], errors_of(refusal, request)
        return page(request, "identity/staff_deactivate.html", status=status, one=found, **shown)
    return redirect(f"/admin/staff/{account}?changed=deactivated")


@post("/admin/staff/{account:str}/link", opt=_MANAGE)
async def link(request: AnyRequest, account: FromPath[str]) -> Response[str]:
    """Show a new set-password link this once; somebody who left is let in again by it."""
    actor = actor_of(request)
    with house(request).db.read() as reader:
        found = queries.staff_account(reader, account)
    act = actions.invite_again if found.active else actions.reactivate_staff
    token = await house(request).write(lambda unit: act(unit, actor, account))
    return _link_page(request, account, found.name, token)


HANDLERS = (
    staff_list,
    staff_search,
    staff_file,
    new_page,
    create,
    one_page,
    change_page,
    change,
    deactivate_page,
    deactivate,
    link,
)
