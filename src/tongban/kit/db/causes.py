"""From what PostgreSQL says to the cause: by its code, and by its words only where it has none.

libpq tells no SQLSTATE of a connection that did not come about. Its words are those of the server,
in English or in Chinese; names in quotation marks are left out, so that none is taken for a reason.
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class Cause(StrEnum):
    """Why a server gives or takes nothing: what whoever looks after it has to do differs by it."""

    ADDRESS = "address"
    """Its address cannot be read as one."""
    HOST = "host"
    """The name of its machine is unknown."""
    REFUSED = "refused"
    """The machine is there, and nothing listens at the port."""
    TIMEOUT = "timeout"
    """It did not answer in time."""
    TLS = "tls"
    """No encrypted connection came about: one side has none, or a certificate does not hold."""
    ACCOUNT = "account"
    """Account or password are wrong."""
    NOT_LET_IN = "not_let_in"
    """It lets nobody in from this machine with this account (pg_hba.conf)."""
    DATABASE = "database"
    """It has no database of this name."""
    FULL = "full"
    """It takes no more connections."""
    STARTING = "starting"
    """It is just starting or stopping."""
    PERMISSION = "permission"
    """The account may not do this in the database, schema or table."""
    TABLE = "table"
    """There is no such table or schema."""
    COLUMN = "column"
    """There is no such column."""
    DISK = "disk"
    """Its disk is full."""
    READ_ONLY = "read_only"
    """It only reads: a standby, or one that was set so."""
    OTHER = "other"
    """None of these."""


_BY_STATE: Mapping[str, Cause] = {
    "28P01": Cause.ACCOUNT,
    "28000": Cause.ACCOUNT,
    "3D000": Cause.DATABASE,
    "3F000": Cause.TABLE,
    "42P01": Cause.TABLE,
    "42703": Cause.COLUMN,
    "42501": Cause.PERMISSION,
    "25006": Cause.READ_ONLY,
    "53100": Cause.DISK,
    "53300": Cause.FULL,
    "57014": Cause.TIMEOUT,
    "57P01": Cause.STARTING,
    "57P02": Cause.STARTING,
    "57P03": Cause.STARTING,
}
"""SQLSTATE (PostgreSQL 18, appendix A)."""
_QUOTED = re.compile(r"\"[^\"]{0,300}\"|'[^']{0,300}'|“[^”“]{0,300}”|\(127\.0\.0\.1\)")
_BY_WORDS: tuple[tuple[re.Pattern[str], Cause], ...] = tuple(
    (re.compile(words, re.IGNORECASE | re.DOTALL), cause)
    for words, cause in (
        (r"pg_hba\.conf", Cause.NOT_LET_IN),
        (r"resolve host|translate host name|name or service not known", Cause.HOST),
        (r"password|authentication failed|认证失败|scram", Cause.ACCOUNT),
        (r"(?:role|角色)\s+(?:does not exist|不存在|is not permitted|不允许)", Cause.ACCOUNT),
        (r"permission denied|权限不够|权限被拒绝", Cause.PERMISSION),
        (r"(?:database|数据库)\s+(?:does not exist|不存在)", Cause.DATABASE),
        (r"too many (?:clients|connections)|remaining connection slots|连接数", Cause.FULL),
        (r"starting up|shutting down|正在启动|正在关闭", Cause.STARTING),
        (r"\bssl\b|certificate|\btls\b|证书", Cause.TLS),
        (r"refused|拒绝连接|no such file or directory", Cause.REFUSED),
        (r"timeout|timed out|超时|no route to host|unreachable", Cause.TIMEOUT),
        (r"invalid (?:port|connection option|sslmode|integer)", Cause.ADDRESS),
    )
)
"""What PostgreSQL and libpq say, the surest first."""


def of_server(error: BaseException) -> Cause:
    """Return why a server gives or takes nothing, from an error of its driver (psycopg)."""
    state, name = getattr(error, "sqlstate", None) or "", type(error).__name__
    if state in _BY_STATE:
        return _BY_STATE[state]
    if name == "ConnectionTimeout":
        return Cause.TIMEOUT
    if not state and name == "ProgrammingError":
        return Cause.ADDRESS  # before anything was connected to
    said = _QUOTED.sub("", str(error))
    return next((cause for words, cause in _BY_WORDS if words.search(said)), Cause.OTHER)
