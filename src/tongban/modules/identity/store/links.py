"""One-time links and the set-up code: only hashes of what opens them."""

from datetime import datetime

from sqlalchemy import select

from tongban.kit.db import Reader, Unit, cell_of
from tongban.modules.identity.model import Link, LinkPurpose
from tongban.modules.identity.store.tables import link


def insert(unit: Unit, new: Link, token_hash: str) -> None:
    """Keep a new link, bound to the account whose password it sets."""
    bound = {"token_hash": token_hash, "purpose": new.purpose.value}
    unit.connection.execute(
        link.insert().values(
            **bound,
            account=new.account,
            bound=unit.keyring.seal(new.account or "", cell_of(link.c.bound, bound)),
            ends_at=new.ends_at,
            used=new.used,
        )
    )


def by_token(reader: Reader, token_hash: str) -> Link | None:
    """Return the link of a token. Refuses one that somebody without the keys wrote or changed."""
    row = reader.connection.execute(select(link).where(link.c.token_hash == token_hash)).first()
    if row is None:
        return None
    reader.keyring.confirm(row.bound, row.account or "", cell_of(link.c.bound, row))
    return Link(
        account=row.account, purpose=LinkPurpose(row.purpose), ends_at=row.ends_at, used=row.used
    )


def use(unit: Unit, token_hash: str) -> bool:
    """Use a link up; false when somebody else just did."""
    unused = (link.c.token_hash == token_hash) & (link.c.used.is_(False))
    return unit.connection.execute(link.update().where(unused).values(used=True)).rowcount == 1


def drop(unit: Unit, purpose: LinkPurpose | None, account: str | None) -> None:
    """Make the links of an account (or of nobody) worthless: of one purpose, or all."""
    whose = link.c.account.is_(None) if account is None else link.c.account == account
    chosen = whose if purpose is None else whose & (link.c.purpose == purpose)
    unit.connection.execute(link.delete().where(chosen))


def sweep(unit: Unit, before: datetime) -> int:
    """Forget links that ended before an instant."""
    return unit.connection.execute(link.delete().where(link.c.ends_at < before)).rowcount
