"""From what PostgreSQL says to the cause as the exchange tells it."""

import psycopg

from tongban.kit.db import of_server
from tongban.modules.exchange.errors import Cause


def of_postgresql(error: psycopg.Error) -> Cause:
    """Return why a PostgreSQL source gives nothing."""
    found = of_server(error).value
    return Cause(found) if found in set(Cause) else Cause.OTHER
