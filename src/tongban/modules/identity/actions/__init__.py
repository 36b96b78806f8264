"""Change who may come in: signing in, passwords, staff, residents, the first set-up, definitions."""

from tongban.modules.identity.actions.definitions import adopt_demonstration_accounts
from tongban.modules.identity.actions.passwords import (
    ask_link,
    change_password,
    issue_link,
    set_password_by_link,
)
from tongban.modules.identity.actions.residents import (
    ensure_organisation,
    ensure_person,
    give_mandate,
    national_sign_in,
    revoke_mandate,
)
from tongban.modules.identity.actions.setup import (
    create_first_administrator,
    setup_code,
    wrong_setup_code,
)
from tongban.modules.identity.actions.signing import (
    act_for,
    charge,
    charge_own,
    demonstration_sign_in,
    end_session,
    sign_in,
    sign_out,
    sweep,
    touch,
)
from tongban.modules.identity.actions.staff import (
    change_staff,
    create_staff,
    deactivate_staff,
    faults_of_staff,
    invite_again,
    reactivate_staff,
)

__all__ = [
    "act_for",
    "adopt_demonstration_accounts",
    "ask_link",
    "change_password",
    "change_staff",
    "charge",
    "charge_own",
    "create_first_administrator",
    "create_staff",
    "deactivate_staff",
    "demonstration_sign_in",
    "end_session",
    "ensure_organisation",
    "ensure_person",
    "faults_of_staff",
    "give_mandate",
    "invite_again",
    "issue_link",
    "national_sign_in",
    "reactivate_staff",
    "revoke_mandate",
    "set_password_by_link",
    "setup_code",
    "sign_in",
    "sign_out",
    "sweep",
    "touch",
    "wrong_setup_code",
]
