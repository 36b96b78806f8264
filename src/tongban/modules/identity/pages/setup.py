"""The first set-up, only while there is no administrator: code, first administrator, keys.

The mail test follows at /setup/mail, which is notices' page.
"""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from tongban.kernel.errors import Refusal
from tongban.kit.house import House
from tongban.kit.html import errors_of, form_of, page
from tongban.kit.http import STATUS, house, language_of, network_of, public, requires
from tongban.modules.government import queries as government
from tongban.modules.identity import actions, errors, queries
from tongban.modules.identity.model import ADMINISTRATOR, NewStaff
from tongban.modules.identity.pages import hashing
from tongban.modules.identity.pages.cookies import AnyRequest, signed_in_redirect
from tongban.modules.identity.pages.refusing import refused
from tongban.modules.identity.pages.staff import field_names

_OPEN = {"access": public("the installer has no account yet; the code in the terminal protects it")}


@get("/setup", opt=_OPEN, sync_to_thread=False)
def setup_page(request: AnyRequest) -> Response[str]:
    """Ask for the code from the terminal."""
    _check_open(request)
    return page(request, "identity/setup_code.html", code="")


def _check_open(request: AnyRequest) -> None:
    with house(request).db.read() as reader:
        if queries.has_administrator(reader.connection):
            raise errors.set_up_already()


@post("/setup", opt=_OPEN)
async def take_code(request: AnyRequest) -> Response[str]:
    """Look at the code, then ask who the first administrator is."""
    code = (await form_of(request)).get("code", "")
    try:
        await _check_code(request, code)
    except Refusal as refusal:
        if refusal.code == "identity.set_up_already":
            raise
        return refused(request, "identity/setup_code.html", refusal, code=code)
    return _administrator_page(request, {"code": code})


async def _check_code(request: AnyRequest, code: str) -> None:
    """Refuse a wrong code, and count it; a right one costs a look and is never counted."""
    try:
        with house(request).db.read() as reader:
            queries.check_setup_code(reader, code)
    except Refusal as refusal:
        if refusal.code == "identity.setup_code_wrong":
            source = network_of(request)
            await house(request).write(lambda unit: actions.wrong_setup_code(unit, source))
        raise


def _administrator_page(
    request: AnyRequest, typed: dict[str, str], refusal: Refusal | None = None
) -> Response[str]:
    language = language_of(request)
    with house(request).db.read() as reader:
        departments = government.department_names(reader.connection, language)
    named = field_names(request)
    context: dict[str, Any] = errors_of(refusal, request, named) if refusal else {}
    return page(
        request,
        "identity/setup_administrator.html",
        status=200 if refusal is None else STATUS[refusal.kind],
        typed=typed,
        departments=departments,
        **context,
    )


@post("/setup/administrator", opt=_OPEN)
async def create_administrator(request: AnyRequest) -> Response[str] | Redirect:
    """Make the first administrator and sign them in."""
    running, typed = house(request), await form_of(request)
    _check_open(request)
    new = NewStaff(
        login=typed.get("login", ""),
        name=typed.get("name", ""),
        department=typed.get("department", ""),
        roles=(ADMINISTRATOR,),
        address=typed.get("address", ""),
        language=language_of(request),
    )
    try:
        await _check_code(request, typed.get("code", ""))
        hashed = await _hashed(running, typed, new)
        opened = await running.write(
            lambda unit: actions.create_first_administrator(
                unit, typed.get("code", ""), new, hashed
            )
        )
    except Refusal as refusal:
        return _administrator_page(request, typed, refusal)
    return signed_in_redirect(request, opened, "/setup/keys")


async def _hashed(running: House, typed: dict[str, str], new: NewStaff) -> str:
    """Return the password's hash; an unfit one is refused with whatever else is wrong."""
    words = typed.get("password", ""), typed.get("again", "")
    try:
        return await hashing.new_hash(*words, new.login, new.name)
    except Refusal as refusal:
        with running.db.read() as reader:
            faults = actions.faults_of_staff(reader, new)
        raise errors.several_faults([*faults, refusal]) from None


@get("/setup/keys", opt={"access": requires("instance.apply")}, sync_to_thread=False)
def keys_page(request: AnyRequest) -> Response[str]:
    """Show where the keys lie, and that they must be kept apart."""
    folder = house(request).settings.keys
    return page(
        request,
        "identity/setup_keys.html",
        folder=str(folder.resolve()),
        files=queries.key_files(folder),
    )


HANDLERS = (setup_page, take_code, create_administrator, keys_page)
