"""What stands around every page, and who a request comes from."""

import time
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request

from tongban.kernel.actors import Actor, ActorKind
from tongban.kernel.realms import Realm
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import LANGUAGES, say
from tongban.kit.db import Reader
from tongban.kit.house import House
from tongban.kit.html import Frame
from tongban.kit.http import Authenticated, Authenticator, Languages, actor_of, language_of
from tongban.kit.i18n import translate
from tongban.kit.lists import Place
from tongban.modules.audit import queries as audit
from tongban.modules.exchange import queries as exchange
from tongban.modules.government import queries as government
from tongban.modules.identity import actions as identity_actions
from tongban.modules.identity import queries as identity
from tongban.modules.notices import queries as notices
from tongban.modules.services.model import CASE_DUTIES
from tongban.modules.supervision import queries as supervision

_LANGUAGES_KEPT = 1.0
"""Seconds for which the declared languages are not looked up again."""

_EVERYONE = (
    ("/services", "services"),
    ("/catalog", "catalog"),
    ("/grants", "grants"),
    ("/ledger", "ledger"),
)
_RESIDENT = (
    ("/services", "services"),
    ("/my", "my"),
    ("/my/data-uses", "data_uses"),
    ("/my/certificates", "certificates"),
)
_STAFF: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("/work", "work", CASE_DUTIES),
    ("/work/certificates", "issued", frozenset({"case.decide"})),
    ("/supervision", "supervision", supervision.READERS),
    ("/indicators", "indicators", frozenset({"evaluation.read"})),
    ("/archive", "archive", frozenset({"evaluation.read", "supervision.read"})),
    ("/ledger", "ledger", frozenset({"evaluation.read", "supervision.read"})),
    ("/audit", "audit", frozenset(audit.READERS)),
    ("/unusual-reading", "unusual", frozenset({"supervision.read", "ledger.audit"})),
    ("/catalog", "catalog", frozenset()),
    ("/grants", "grants", frozenset()),
    (
        "/sources",
        "sources",
        frozenset({"grant.decide", "catalog.edit", "instance.apply", "operations.read"}),
    ),
    ("/reform", "reform", frozenset()),
    ("/admin/staff", "staff", frozenset({"staff.manage"})),
    ("/operations", "operations", frozenset({"operations.read"})),
)
_WITHIN = {"/agreements": "/grants", "/unusual-reading": "/grants"}
"""Pages that are reached from another part, whose way is the one they are on, where they have none of
their own."""


class Gate:
    """Answers who a session or a client key belongs to."""

    def __init__(self, house: House) -> None:
        self._house = house

    def by_session(self, reader: Reader, token: str) -> Authenticated | None:
        """Return whom a session belongs to, and note once a minute that it is used."""
        found = identity.actor_of_session(reader, token)
        if found is None:
            return None
        actor, session = found
        if identity.touch_due(session, reader):
            self._house.db.later(lambda unit: identity_actions.touch(unit, session.id))
        return Authenticated(actor, session.csrf)

    def by_key(self, reader: Reader, key: str) -> Authenticated | None:
        """Return which department's system a key belongs to."""
        actor = exchange.client_of_key(reader, key)
        return None if actor is None else Authenticated(actor, csrf="")


class GovernmentFrame:
    """The frame of a government: its name, the way around, and the bar of what is not real."""

    def context(self, reader: Reader, request: Request[Any, Any, Any]) -> dict[str, Any]:
        """Return what the frame's template needs."""
        profile = government.profile(reader.connection)
        actor, language = actor_of(request), language_of(request)
        unread = notices.unread(reader, actor.account) if actor.signed_in else 0
        return {
            "government": say(profile.name, language),
            "zone": profile.time_zone,
            "languages": profile.languages or LANGUAGES,
            "navigation": navigation(actor, request.scope["path"], language),
            "unread": unread,
            "acting_for": self._acting_for(reader, actor),
            "demonstration": self._invented(reader, actor),
        }

    def _acting_for(self, reader: Reader, actor: Actor) -> str:
        """Return the organisation for which somebody acts, empty where it is themself."""
        if actor.subject is None or actor.subject.kind is not SubjectKind.ORGANISATION:
            return ""
        found = identity.organisation_by_code(reader, actor.subject.id)
        return found.name if found else ""

    def _invented(self, reader: Reader, actor: Actor) -> dict[str, Any] | None:
        """Return what the bar of a demonstration or a trial needs; None where people are real."""
        realm = government.realm(reader)
        if not realm.invented:
            return None
        accounts = [
            {
                "id": account.id,
                "login": account.login,
                "name": account.name,
                "role": account.role,
                "current": account.id == actor.account,
            }
            for account in identity.demonstration_accounts(reader)
        ]
        return {"realm": realm.value, "accounts": accounts, "now": reader.now}


class GovernmentPlace:
    """Where lists are made: the government and its time zone."""

    def zone(self, reader: Reader) -> ZoneInfo:
        """Return the time zone of the government's profile."""
        return government.zone(reader.connection)

    def government(self, reader: Reader, language: str) -> str:
        """Return what the government is called; in a trial also that it is one."""
        name = say(government.profile(reader.connection).name, language)
        if self.realm(reader) is Realm.TRIAL:
            return translate(language, "kit.trial.government", name=name)
        return name

    def realm(self, reader: Reader) -> Realm:
        """Return what the government is run for."""
        return government.realm(reader)


class GovernmentLanguages:
    """The languages that the government declares; what is applied counts a second later."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: Sequence[str] = LANGUAGES
        self._until = 0.0

    def offered(self) -> Sequence[str]:
        """Return them as they were a second ago at most: every request asks."""
        if time.monotonic() >= self._until:
            with self._house.db.read() as reader:
                profile = government.profile_if_any(reader.connection)
            self._known = (profile and profile.languages) or LANGUAGES
            self._until = time.monotonic() + _LANGUAGES_KEPT
        return self._known


def navigation(actor: Actor, path: str, language: str) -> list[dict[str, Any]]:
    """Return the ways that this actor has, the one they are on marked."""
    if actor.kind is ActorKind.STAFF:
        ways = [(href, key) for href, key, duties in _STAFF if not duties or duties & actor.duties]
    else:
        ways = list(_RESIDENT if actor.kind is ActorKind.RESIDENT else _EVERYONE)
    within = next((part for start, part in _WITHIN.items() if path.startswith(start)), "")
    own = [href for href, _ in ways if path.startswith(href)]
    here = max(own or [href for href, _ in ways if within.startswith(href)], key=len, default="")
    return [
        {
            "href": href,
            "text": translate(language, f"app.navigation.{key}"),
            "current": href == here,
        }
        for href, key in ways
    ]


def plug(house: House) -> None:
    """Plug the frame and the gate into a house."""
    house.ports.plug(Frame, GovernmentFrame())
    house.ports.plug(Place, GovernmentPlace())
    house.ports.plug(Authenticator, Gate(house))
    house.ports.plug(Languages, GovernmentLanguages(house))
