"""What changes exchange: uses are opened and closed, data are disclosed, grants come and go."""

from tongban.modules.exchange.actions.agreeing import answer_agreement, ask_agreement
from tongban.modules.exchange.actions.clients import add_client, end_client
from tongban.modules.exchange.actions.counting import count_unanswered, count_unfit
from tongban.modules.exchange.actions.disclosing import (
    close_use,
    close_uses,
    declare_purposes,
    declare_work,
    fetch,
    number_case,
    open_use,
    read,
    record,
)
from tongban.modules.exchange.actions.granting import (
    adopt_grants,
    end_grant,
    give_grant,
    refuse_grant,
    request_grant,
    withdraw_request,
)
from tongban.modules.exchange.actions.looking import note_look
from tongban.modules.exchange.actions.watching import look_into, watch_often, watch_own

__all__ = [
    "add_client",
    "adopt_grants",
    "answer_agreement",
    "ask_agreement",
    "close_use",
    "close_uses",
    "count_unanswered",
    "count_unfit",
    "declare_purposes",
    "declare_work",
    "end_client",
    "end_grant",
    "fetch",
    "give_grant",
    "look_into",
    "note_look",
    "number_case",
    "open_use",
    "read",
    "record",
    "refuse_grant",
    "request_grant",
    "watch_often",
    "watch_own",
    "withdraw_request",
]
