"""Every decision of identity: who may, for how long, and what a password must be. Time is given."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from ipaddress import ip_network
from typing import NamedTuple

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.characters import MOST_MARKS, half_width, heaped_in, hidden_in, named
from tongban.kernel.identifiers import mailbox_fault, plain_mailbox
from tongban.modules.identity import errors
from tongban.modules.identity.model import (
    ADMINISTRATOR,
    ADMINISTRATOR_DUTIES,
    Account,
    AccountKind,
    AccountState,
    Attempts,
    Link,
    LinkPurpose,
    Mandate,
    Session,
    SignInWay,
)


class Schedule(NamedTuple):
    """How many wrong passwords are free, and how long somebody waits after each one more."""

    free: int
    waits: tuple[timedelta, ...]
    """After wrong password number ``free``, and so on; the last holds for all that follow."""


def _schedule(free: int, *minutes: int) -> Schedule:
    return Schedule(free, tuple(timedelta(minutes=each) for each in minutes))


CALM = _schedule(5, 1, 2, 4, 8, 15, 30, 60)
"""For a browser that is known, and for a login that hardly anybody guesses at."""
SCHEDULES: tuple[tuple[int, Schedule], ...] = (
    (1000, _schedule(1, 60, 240, 720)),
    (100, _schedule(2, 15, 60, 240)),
    (0, CALM),
)
"""From how many wrong passwords for a login, of unknown browsers anywhere, which schedule holds for
each network. So many networks that guess together get fewer guesses each, and nobody is shut out."""
PRESSURE_FORGOTTEN = 200
MOST_PRESSURE = 1200
"""How many of these are forgotten in 24 hours, evenly, and beyond how many none is counted: a siege
is over within six days."""
SOURCE_FAILURES = 50
BLOCK_FAILURES = 500
SOURCE_WINDOW = timedelta(minutes=15)
"""How many wrong passwords a network may have, whatever the logins, and a block of IPv6 networks;
and in which time a full measure of them is forgotten, one by one."""
FORGET_FAILURES = timedelta(hours=24)
"""Failures older than this no longer count."""
ASK_WAITS = _schedule(1, 2, 4, 8, 16, 32, 60)
"""How long after the last one another mail with a link is written to the same account."""

IDLE: Mapping[AccountKind, timedelta] = {
    AccountKind.STAFF: timedelta(minutes=30),
    AccountKind.RESIDENT: timedelta(hours=2),
}
"""How long a session lives without a request."""
LONGEST_SESSION = timedelta(hours=12)
LONGEST_DEMONSTRATION = timedelta(days=365)
"""In a demonstration the clock is set ahead by days, and nobody should have to sign in again."""
SWITCHED = frozenset({SignInWay.DEMONSTRATION, SignInWay.TRIAL})
"""Ways of signing in where nobody proves who they are, because nobody is real."""
TOUCH_EVERY = timedelta(minutes=1)
"""How exactly the last request of a session is remembered."""

LINK_LIFE: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.RESET: timedelta(minutes=30),
    LinkPurpose.INVITE: timedelta(days=3),
    LinkPurpose.SETUP: timedelta(hours=24),
}

BROWSER_DAYS = 180
"""How long a browser is known after its last sign-in."""
BROWSERS_KEPT = 5
"""For how many accounts one browser is known: those that signed in last."""

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
LONGEST_NAME = 100
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


# Signing in --------------------------------------------------------------------------------------


def normal_login(typed: str) -> str:
    """Return a login as it is compared: no spaces around it, full-width made half, small letters."""
    return half_width(typed).strip().lower()


def is_login(normal: str) -> bool:
    """Whether an account can have this login at all."""
    return _LOGIN.fullmatch(normal) is not None


def can_be_password(typed: str) -> bool:
    """Whether it may be somebody's password; nobody's is longer."""
    return len(typed) <= LONGEST_PASSWORD


def origin_of(source: str) -> str:
    """Return as whose attempts those of a network count for one login: IPv6 by the /48.

    Who is given IPv6 networks is given many at a time, up to 65,536 of them in a /48 (RFC 6177).
    """
    return str(ip_network(source).supernet(new_prefix=48)) if ":" in source else source


def sources_of(source: str) -> tuple[tuple[str, int], ...]:
    """Return what a network counts as, with how much each may have: itself, and its IPv6 block.

    A network that is unknown (empty) is one too: else whoever hides theirs would not be counted.
    """
    block = origin_of(source)
    alone = ((source, SOURCE_FAILURES),)
    return alone if block == source else (*alone, (block, BLOCK_FAILURES))


def schedule_under(pressure: int) -> Schedule:
    """Return what holds for an unknown browser while a login is guessed at so much."""
    return next(schedule for least, schedule in SCHEDULES if pressure >= least)


def wait_after(failures: int, schedule: Schedule) -> timedelta | None:
    """Return how long somebody waits after so many failures in a row, or None."""
    place = failures - schedule.free
    return None if place < 0 else schedule.waits[min(place, len(schedule.waits) - 1)]


def shut_until(before: Attempts | None, now: datetime) -> datetime | None:
    """Return until when nothing more is tried there, or None."""
    until = None if before is None else before.locked_until
    return until if until is not None and now < until else None


def charge(before: Attempts | None, now: datetime, schedule: Schedule = CALM) -> Attempts:
    """Count an attempt as failed before the password is looked at; success takes it back.

    So many attempts at the same moment cannot be more than the schedule allows.
    """
    recent = before is not None and now - before.last_at < FORGET_FAILURES
    failures = before.failures + 1 if before is not None and recent else 1
    wait = wait_after(failures, schedule)
    return Attempts(
        failures=failures, last_at=now, locked_until=None if wait is None else now + wait
    )


def minutes_until(until: datetime, now: datetime) -> int:
    """Return how many minutes are left, at least one."""
    return max(1, -(-int((until - now).total_seconds()) // 60))


def _left(before: Attempts | None, now: datetime, each: timedelta) -> tuple[int, datetime]:
    """Return how much still counts where one is forgotten each so often, and since when it does."""
    if before is None:
        return 0, now
    forgotten = max(0, (now - before.last_at) // each)
    left = max(0, before.failures - forgotten)
    return left, now if left == 0 else before.last_at + forgotten * each


_EACH_PRESSURE = timedelta(hours=24) / PRESSURE_FORGOTTEN


def pressure_of(before: Attempts | None, now: datetime) -> int:
    """Return how much a login is guessed at by unknown browsers."""
    return _left(before, now, _EACH_PRESSURE)[0]


def press(before: Attempts | None, now: datetime) -> Attempts:
    """Count an attempt of an unknown browser for its login, wherever it comes from."""
    left, since = _left(before, now, _EACH_PRESSURE)
    return Attempts(failures=min(left + 1, MOST_PRESSURE), last_at=since)


def charge_source(before: Attempts | None, now: datetime, most: int = SOURCE_FAILURES) -> Attempts:
    """Count an attempt of a network as failed until it succeeds. Refuses while there are too many.

    They are forgotten evenly, so an office whose people mistype now and then never fills up.
    """
    each = SOURCE_WINDOW / most
    left, since = _left(before, now, each)
    if left >= most:
        raise errors.source_shut(since + each, minutes_until(since + each, now))
    return Attempts(failures=left + 1, last_at=since)


def give_back(counted: Attempts | None) -> Attempts | None:
    """Take back an attempt that succeeded; those of others stay."""
    if counted is None or counted.failures <= 1:
        return None
    return Attempts(failures=counted.failures - 1, last_at=counted.last_at)


def may_sign_in(account: Account) -> bool:
    """Whether the account can be used at all."""
    return account.state is AccountState.ACTIVE


# Sessions ----------------------------------------------------------------------------------------


def session_end(way: SignInWay, now: datetime) -> datetime:
    """Return when a session that begins now is over at the latest."""
    return now + (LONGEST_DEMONSTRATION if way in SWITCHED else LONGEST_SESSION)


def is_over(session: Session, now: datetime) -> bool:
    """Whether a session has ended: too long idle, or too long altogether."""
    if now >= session.ends_at:
        return True
    if session.way in SWITCHED:
        return False
    return now - session.seen_at >= IDLE[session.kind]


def touch_due(session: Session, now: datetime) -> bool:
    """Whether the last request is to be noted: at most once a minute."""
    return now - session.seen_at >= TOUCH_EVERY


# Passwords ---------------------------------------------------------------------------------------

_SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "!@#$%^&*()",
)
_COMMON = (
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "letmein", "welcome", "admin", "administrator",
    "iloveyou", "woaini", "monkey", "dragon", "master", "secret", "login", "changeme", "default",
    "root", "user", "test", "guest", "qwerty", "mima", "tongban", "zhengwu", "government", "wodemima",
    "密码", "我的密码", "管理员", "政务",
)  # fmt: skip


def password_fault(password: str, login: str, name: str = "") -> str | None:
    """Return what is wrong with a new password, or None: too_short, too_long, own_name or common.

    Length counts; what kinds of characters there are does not, so a passphrase is welcome. What can
    be guessed from lists, keyboards, repetition or the account's own names does not count as length.
    """
    if len(password) < SHORTEST_PASSWORD:
        return "too_short"
    if len(password) > LONGEST_PASSWORD:
        return "too_long"
    plain = unicodedata.normalize("NFKC", password).lower()
    if _left_without(plain, [word for word in (login.lower(), name.lower()) if len(word) > 1]) < 8:
        return "own_name"
    if len(set(plain)) < 5 or _left_without(_without_runs(plain), _COMMON) < 6:
        return "common"
    return None


def _left_without(text: str, words: Iterable[str]) -> int:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return len(text)


def _without_runs(text: str) -> str:
    """Take out pieces of four or more that follow one another on a keyboard or in the alphabet."""
    lines = [line for known in _SEQUENCES for line in (known, known[::-1])]
    kept, place = "", 0
    while place < len(text):
        run = max((_run(text, place, line) for line in lines), default=1)
        run = max(run, _repeat(text, place))
        if run < 4:
            kept += text[place]
            run = 1
        place += run
    return kept


def _run(text: str, place: int, line: str) -> int:
    at = line.find(text[place])
    length = 0
    while at >= 0 and place + length < len(text) and line[at + length : at + length + 1]:
        if text[place + length] != line[at + length]:
            break
        length += 1
    return length


def _repeat(text: str, place: int) -> int:
    length = 1
    while place + length < len(text) and text[place + length] == text[place]:
        length += 1
    return length


# One-time links ----------------------------------------------------------------------------------


def is_good(link: Link, now: datetime) -> bool:
    """Whether a one-time link still opens."""
    return not link.used and now < link.ends_at


# Duties and staff --------------------------------------------------------------------------------


def duties_of(roles: Iterable[str], declared: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return the duties that roles bring together; a role no longer declared brings none."""
    held: set[str] = set()
    for role in roles:
        held.update(declared.get(role, ()))
        if role == ADMINISTRATOR:
            held.update(ADMINISTRATOR_DUTIES)
    return frozenset(held)


def may_manage_staff(actor: Actor) -> bool:
    """Whether the actor may create, change and deactivate accounts of staff."""
    return actor.kind is ActorKind.SYSTEM or actor.has("staff.manage")


def check_login(login: str) -> str:
    """Return the login as it is kept. Refuses what could be mistyped or mistaken."""
    normal = normal_login(login)
    if not _LOGIN.fullmatch(normal):
        raise errors.login_unfit()
    return normal


def check_address(address: str) -> str:
    """Return the mail address. Refuses what cannot be one; whether it exists only mail can tell."""
    plain = plain_mailbox(address)
    if mailbox_fault(plain) is not None:
        raise errors.address_unfit()
    return plain


def check_name(name: str) -> str:
    """Return the name of somebody. Refuses none, more than one line, and a character nobody sees."""
    if not name:
        raise errors.nothing_typed("name")
    if len(name) > LONGEST_NAME:
        raise errors.name_too_long()
    for hidden in hidden_in(name):
        raise errors.name_hidden(named(hidden.character))
    if mark := heaped_in(name):
        raise errors.name_heaped(named(mark), MOST_MARKS)
    return name


def check_roles(roles: Collection[str], declared: Collection[str]) -> None:
    """Refuse no role at all and a role that the instance does not declare."""
    if not roles:
        raise errors.roles_missing()
    for role in roles:
        if role not in declared and role != ADMINISTRATOR:
            raise errors.role_unknown(role)


def check_leaving(actor: Actor, account: Account, administrators: Collection[str]) -> None:
    """Refuse to take somebody's administration away from the last one, or from oneself."""
    if account.id == actor.account:
        raise errors.own_account()
    if set(administrators) == {account.id}:
        raise errors.last_administrator()


# Acting for an organisation ----------------------------------------------------------------------


def may_act_for(mandate: Mandate, today: date) -> bool:
    """Whether the mandate holds on the day."""
    begun = mandate.begins <= today
    ended = mandate.ends is not None and mandate.ends < today
    return begun and not ended and not mandate.revoked
