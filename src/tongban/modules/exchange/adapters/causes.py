"""From what PostgreSQL says to the cause: by its code, and by its words only where it has none.

libpq tells no SQLSTATE of a connection that did not come about. Its words are those of the server,
in English or in Chinese; names in quotation marks are left out, so that none is taken for a reason.
"""

import re
from collections.abc import Mapping

import psycopg

from tongban.modules.exchange.errors import Cause

_BY_STATE: Mapping[str, Cause] = {
    "28P01": Cause.ACCOUNT,
    "28000": Cause.ACCOUNT,
    "3D000": Cause.DATABASE,
    "3F000": Cause.TABLE,
    "42P01": Cause.TABLE,
    "42703": Cause.COLUMN,
    "42501": Cause.PERMISSION,
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


def of_postgresql(error: psycopg.Error) -> Cause:
    """Return why a PostgreSQL source gives nothing."""
    known = _BY_STATE.get(error.sqlstate or "")
    if known is not None:
        return known
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return Cause.TIMEOUT
    if error.sqlstate is None and isinstance(error, psycopg.ProgrammingError):
        return Cause.ADDRESS  # before anything was connected to
    said = _QUOTED.sub("", str(error))
    return next((cause for words, cause in _BY_WORDS if words.search(said)), Cause.OTHER)
