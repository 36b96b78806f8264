"""What Alembic runs: one connection, one transaction, every module's tables."""

from alembic import context

import tongban.app.tables  # noqa: F401 - every module's tables
from tongban.app.migrations import ours
from tongban.kit.db import metadata


def _run() -> None:
    database = context.config.attributes["database"]
    with database.engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_object=context.config.attributes.get("include", ours),
            render_as_batch=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


_run()
