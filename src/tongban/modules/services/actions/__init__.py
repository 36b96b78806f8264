"""What changes cases and the directory: one verb a function, each one transaction of its caller."""

from tongban.modules.services.actions.accepting import (
    accept,
    ask_correction,
    lapse,
    not_accept,
    supply_correction,
    withdraw,
)
from tongban.modules.services.actions.applying import (
    answer_page,
    answer_situation,
    attach,
    delete_files,
    detach,
    discard,
    dispute,
    start,
    submit,
    take_back,
)
from tongban.modules.services.actions.at_hand import reckon_anew
from tongban.modules.services.actions.closing import (
    certificate_revoked,
    certificate_sealed,
    deliver,
    packaged,
    sealing_given_up,
)
from tongban.modules.services.actions.consenting import consent, open_far_uses
from tongban.modules.services.actions.deciding import decide
from tongban.modules.services.actions.listing import reindex
from tongban.modules.services.actions.looking import (
    look,
    look_at_certificate,
    look_at_file,
    open_values,
)
from tongban.modules.services.actions.looking_again import confirm_review, reopen_review
from tongban.modules.services.actions.passing import note_passing
from tongban.modules.services.actions.recording import hold
from tongban.modules.services.actions.redating import fix_days_of_decided, move_days
from tongban.modules.services.actions.working import (
    leave_work,
    put_back,
    reassign,
    return_to_inbox,
    review,
    settle,
    take,
    take_over,
)

__all__ = [
    "accept",
    "answer_page",
    "answer_situation",
    "ask_correction",
    "attach",
    "certificate_revoked",
    "certificate_sealed",
    "confirm_review",
    "consent",
    "decide",
    "delete_files",
    "deliver",
    "detach",
    "discard",
    "dispute",
    "fix_days_of_decided",
    "hold",
    "lapse",
    "leave_work",
    "look",
    "look_at_certificate",
    "look_at_file",
    "move_days",
    "not_accept",
    "note_passing",
    "open_far_uses",
    "open_values",
    "packaged",
    "put_back",
    "reassign",
    "reckon_anew",
    "reindex",
    "reopen_review",
    "return_to_inbox",
    "review",
    "sealing_given_up",
    "settle",
    "start",
    "submit",
    "supply_correction",
    "take",
    "take_back",
    "take_over",
    "withdraw",
]
