"""What Alembic runs: one connection, one transaction, every module's tables."""

from typing import Any

from alembic import context

import tongban.app.tables  # noqa: F401 - every module's tables
from tongban.kit.db import metadata


def _ours(_object: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Leave alone what the full-text search keeps for itself."""
    return not (kind == "table" and reflected and name is not None and "_words" in name)


def _run() -> None:
    database = context.config.attributes["database"]
    with database.engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_object=_ours,
            render_as_batch=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


_run()
