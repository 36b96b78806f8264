"""Keep accounts; what a member of staff may do stands in the public ledger in the same transaction."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from tongban.kit.db import Unit
from tongban.modules.government import queries as government
from tongban.modules.identity.formats import account_facts
from tongban.modules.identity.model import Account, AccountKind
from tongban.modules.identity.store import accounts
from tongban.modules.ledger import actions as log
from tongban.modules.ledger import queries as ledger
from tongban.modules.ledger.model import EntryKind, NewEntry, PublicValue
from tongban.modules.ledger.queries import ProvenRow

TABLE = "identity_account"
_LONGEST = 200


def keep_new(unit: Unit, new: Account, address: str = "") -> Account:
    """Keep a new account; returns it with the entry that says what it may do."""
    kept = _on_record(unit, new) if new.kind is AccountKind.STAFF else new
    accounts.insert(unit, kept, address)
    return kept


def keep(unit: Unit, before: Account, after: Account) -> Account:
    """Keep what changed of an account; a new entry says so where it is what the account may do."""
    # What never changes of an account is what it was, whatever its definition says now.
    after = replace(
        after,
        login=before.login,
        kind=before.kind,
        demonstration=before.demonstration,
        entry=before.entry,
        salt=before.salt,
    )
    if after.kind is AccountKind.STAFF and account_facts(before) != account_facts(after):
        altered = ledger.altered_before(unit.connection, [proven_account(before)])
        after = _on_record(unit, after, altered)
    accounts.update(unit, after)
    return after


def _on_record(
    unit: Unit, account: Account, besides: Mapping[str, PublicValue] = MappingProxyType({})
) -> Account:
    commitment, salt = log.commit(account_facts(account))
    public: dict[str, PublicValue] = {**shown_on_record(account), **besides}
    department = government.departments(unit.connection).get(account.department)
    if department is not None:
        public["department_name"] = department.name
    new = NewEntry(kind=EntryKind.STAFF_CHANGED, public=public, commitment=commitment)
    return replace(account, entry=log.append(unit, new), salt=salt)


def shown_on_record(account: Account) -> dict[str, PublicValue]:
    """Return what the entry about an account shows: its id, where it works, as what, and whether it can."""
    return {
        "staff": account.id,
        "department": account.department,
        "roles": list(account.roles),
        "status": account.state.value,
    }


def proven_account(account: Account) -> ProvenRow:
    """Return what follows from an account for its newest entry."""
    return ledger.salted_row(
        table=TABLE,
        key=account.id,
        entry=account.entry,
        kinds=(EntryKind.STAFF_CHANGED, EntryKind.RECORDED_AS_FOUND),
        public=dict(shown_on_record(account)),
        salt=account.salt,
        facts=account_facts(account),
    )
