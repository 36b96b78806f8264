"""My account: who I am here, for whom I act, where I am signed in."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tongban.kit.html import form_of, page, redirect
from tongban.kit.http import actor_of, house, language_of, signed_in
from tongban.modules.government import queries as government
from tongban.modules.identity import actions, queries
from tongban.modules.identity.pages.cookies import AnyRequest, signed_out_redirect, token_of

_MINE = {"access": signed_in()}


@get("/account", opt=_MINE, sync_to_thread=False)
def account(request: AnyRequest, changed: FromQuery[str] = "") -> Response[str]:
    """Show one's own account."""
    actor, token = actor_of(request), token_of(request)
    with house(request).db.read() as reader:
        mine = queries.account_by_id(reader, actor.account)
        known = queries.actor_of_session(reader, token)
        names = queries.role_names(reader.connection)
        context: dict[str, Any] = {
            "account": mine,
            "address": queries.address_of(reader, mine.id),
            "department": government.department_name(
                reader.connection, mine.department, language_of(request)
            ),
            "roles": [names.get(role, role) for role in mine.roles],
            "mandates": queries.mandates_of(reader, mine),
            "sessions": queries.sessions_of(reader, mine.id),
            "session": known[1] if known else None,
        }
    return page(request, "identity/account.html", changed=changed, **context)


@post("/account/sessions/{session:str}/end", opt=_MINE)
async def end_session(request: AnyRequest, session: FromPath[str]) -> Redirect:
    """End one of one's own sessions; ending the present one signs out."""
    actor, token = actor_of(request), token_of(request)
    await form_of(request)
    await house(request).write(lambda unit: actions.end_session(unit, actor, session))
    with house(request).db.read() as reader:
        ended_this = queries.actor_of_session(reader, token) is None
    return signed_out_redirect(request) if ended_this else redirect("/account?changed=session")


@post("/account/acting-for", opt=_MINE)
async def act_for(request: AnyRequest) -> Redirect:
    """Act for an organisation, or for oneself again."""
    actor, token = actor_of(request), token_of(request)
    chosen = (await form_of(request)).get("mandate", "")
    await house(request).write(lambda unit: actions.act_for(unit, actor, token, chosen or None))
    return redirect("/account?changed=acting")


HANDLERS = (account, end_session, act_for)
