"""What exchange keeps: grants, uses, disclosures, clients; one file each, one face."""

from tongban.modules.exchange.store.agreements import (
    agreement,
    find_agreements,
    give_back_agreement,
    insert_agreement,
    update_agreement,
    use_agreement,
)
from tongban.modules.exchange.store.alarms import (
    alarm,
    find_alarms,
    hours_before,
    look_at_alarm,
    providers_of,
    put_alarm,
)
from tongban.modules.exchange.store.clients import (
    client_by_key,
    end_client,
    every_client,
    insert_client,
)
from tongban.modules.exchange.store.counts import facts
from tongban.modules.exchange.store.data_uses import (
    data_uses,
    departments_about,
    look_line,
    look_opening,
    looks_at_case,
)
from tongban.modules.exchange.store.disclosures import (
    disclosure,
    insert_disclosure,
    subject_cell,
)
from tongban.modules.exchange.store.grants import (
    every_grant,
    find_grants,
    grant,
    grant_in_effect,
    grant_state,
    grants_for,
    insert_grant,
    mark,
    update_grant,
    use_of_grant,
)
from tongban.modules.exchange.store.looks import count_on, insert_look, is_logged, looks_of
from tongban.modules.exchange.store.purposes import purposes, put_purposes
from tongban.modules.exchange.store.tallies import forget_tallies, take
from tongban.modules.exchange.store.unanswered import count_unanswered
from tongban.modules.exchange.store.unfit import count_unfit, last_unfit, unfit_counts
from tongban.modules.exchange.store.uses import (
    close_use,
    close_uses,
    elements_of_uses,
    insert_use,
    rename_case,
    use,
    use_state,
    uses_about,
    uses_of_case,
)
from tongban.modules.exchange.store.work import duties_at_work, put_work

__all__ = [
    "agreement",
    "alarm",
    "client_by_key",
    "close_use",
    "close_uses",
    "count_on",
    "count_unanswered",
    "count_unfit",
    "data_uses",
    "departments_about",
    "disclosure",
    "duties_at_work",
    "elements_of_uses",
    "end_client",
    "every_client",
    "every_grant",
    "facts",
    "find_agreements",
    "find_alarms",
    "find_grants",
    "forget_tallies",
    "give_back_agreement",
    "grant",
    "grant_in_effect",
    "grant_state",
    "grants_for",
    "hours_before",
    "insert_agreement",
    "insert_client",
    "insert_disclosure",
    "insert_grant",
    "insert_look",
    "insert_use",
    "is_logged",
    "last_unfit",
    "look_at_alarm",
    "look_line",
    "look_opening",
    "looks_at_case",
    "looks_of",
    "mark",
    "providers_of",
    "purposes",
    "put_alarm",
    "put_purposes",
    "put_work",
    "rename_case",
    "subject_cell",
    "take",
    "unfit_counts",
    "update_agreement",
    "update_grant",
    "use",
    "use_agreement",
    "use_of_grant",
    "use_state",
    "uses_about",
    "uses_of_case",
]
