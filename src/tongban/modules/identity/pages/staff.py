"""The staff: find, let in, move, let go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kernel.text import say, together
from tongban.kit.db import Reader
from tongban.kit.html import errors_of, form_of, page, redirect
from tongban.kit.http import STATUS, actor_of, house, language_of, requires
from tongban.kit.i18n import translator
from tongban.kit.lists import (
    Asking,
    Choice,
    Column,
    Found,
    Kind,
    Listing,
    Windows,
    choice,
    coded,
    doors,
    look,
    order,
    search,
)
from tongban.modules.government import queries as government
from tongban.modules.identity import actions, queries
from tongban.modules.identity.model import NewStaff
from tongban.modules.identity.pages.cookies import AnyRequest

_MANAGE = {"access": requires("staff.manage")}
_ACTIVE = {"yes": True, "no": False}


@dataclass(frozen=True)
class _Known:
    """What the list of staff looks up once."""

    departments: Mapping[str, str]
    roles: Mapping[str, str]


def _known(reader: Reader, asking: Asking) -> _Known:
    return _Known(**_names(reader, asking.language))


def _page(reader: Reader, asking: Asking, number: int, size: int | None) -> Found:
    values = asking.values
    found = queries.staff(
        reader,
        words=values["q"],
        by_name=asking.typed,
        department=values["department"],
        active=_ACTIVE.get(values["active"]),
        sort=values["sort"],
        page=number,
        size=size,
    )
    return Found(found.rows, found.total)


def _departments(_reader: Reader, asking: Asking) -> Iterable[Choice]:
    known: _Known = asking.known
    return known.departments.items()


def _states(_reader: Reader, asking: Asking) -> Iterable[Choice]:
    names = {"yes": "active", "no": "inactive", "all": "all"}
    return [(value, asking.t(f"identity.staff.{name}")) for value, name in names.items()]


def _roles(roles: Iterable[str], asking: Asking) -> str:
    return together((asking.known.roles.get(role, role) for role in roles), asking.language)


STAFF = Listing(
    name="staff",
    title="identity.staff.title",
    address="/admin/staff",
    files="/admin/staff",
    api="/api/admin/staff",
    access=requires("staff.manage"),
    known=_known,
    columns=(
        Column("login", "identity.staff.login", Kind.IDENTIFIER),
        Column("name", "identity.staff.name"),
        Column("department", "identity.staff.department",
               words=lambda code, asking: asking.known.departments.get(code, code)),
        Column("roles", "identity.staff.roles", words=_roles, width=40,
               type=tuple[str, ...]),
        Column("state", "identity.staff.state", words=coded("identity.staff"),
               type=Literal["active", "inactive"],
               of=lambda one, _: "active" if one.active else "inactive"),
    ),
    filters=(
        search("q", "identity.staff.search", in_address=True),  # there a login
        choice("department", "identity.staff.department", _departments,
               whole="identity.staff.every_department"),
        choice("active", "identity.staff.state", _states, allowed=("yes", "no", "all"), whole="",
               default="yes"),
        order("sort", "identity.staff.sorted", ("login", "name", "department"), "identity.staff"),
    ),
    source=Windows(_page),
    size=queries.PAGE,
    lead="name",
    private=True,
)  # fmt: skip
"""The staff; by login where an address asks, by login or name where a form does."""


@get("/admin/staff", opt=_MANAGE, sync_to_thread=False)
def staff_list(request: AnyRequest) -> Response[str]:
    """List the staff, found by login, filtered by department and state."""
    return _staff_page(request)


@post("/admin/staff", status_code=200, opt=_MANAGE)
async def staff_search(request: AnyRequest) -> Response[str]:
    """Find staff by name or login: sent as a form, so that no address holds a name."""
    return _staff_page(request, await form_of(request))


def _staff_page(request: AnyRequest, typed: Mapping[str, str] | None = None) -> Response[str]:
    with house(request).db.read() as reader:
        listed = look(request, reader, STAFF, typed)
    known = listed.asking.known
    context = {"departments": known.departments, "roles": known.roles}
    return page(request, "identity/staff.html", listed=listed, **context)


def _names(reader: Reader, language: str) -> dict[str, Any]:
    roles = queries.role_names(reader.connection)
    return {
        "departments": government.department_names(reader.connection, language),
        "roles": {code: say(name, language) for code, name in roles.items()},
    }


@get("/admin/staff/new", opt=_MANAGE, sync_to_thread=False)
def new_page(request: AnyRequest) -> Response[str]:
    """Ask who is to be let in."""
    return _form_page(request, None, {"roles": []})


def _form_page(
    request: AnyRequest, account: str | None, typed: dict[str, Any], refusal: Refusal | None = None
) -> Response[str]:
    with house(request).db.read() as reader:
        context = _names(reader, language_of(request))
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
        context = _names(reader, language_of(request))
        address = queries.address_of(reader, account)
        number = queries.staff_number(reader, account)
    context |= {"one": found, "address": address, "number": number, "changed": changed}
    return page(request, "identity/staff_one.html", **context)


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
    *doors(STAFF),
    new_page,
    create,
    one_page,
    change_page,
    change,
    deactivate_page,
    deactivate,
    link,
)
