"""Whom a trial is played by: residents who fit and who do not, and staff for every step."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from msgspec.structs import replace

from tongban.app.demonstration import names
from tongban.app.trial.fitting import Fit, Fitting, is_for
from tongban.app.trial.people import (
    Organisation,
    Person,
    Subject,
    from_number,
    organisation,
    person,
)
from tongban.kernel.text import LANGUAGES, Text, say
from tongban.kit.i18n import translate
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition
from tongban.modules.services.model import Service

_ADULTS = ((34, True), (45, False), (62, True), (71, False), (24, False))
_MINOR = (12, False)
_UNKNOWN = (29, True)
_AGENTS = ((38, True), (52, False))
_MOST_NAMED = 3
"""Services that are named in the sentence about a person, of those they can and cannot get."""
_LOGIN = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a trial plays: digits of invented numbers, the town's name, the day."""

    digits: str
    town: str
    today: dt.date


@dataclass(frozen=True, slots=True)
class Cast:
    """Subjects with rows in the sources, the accounts to switch between, and who gets what."""

    subjects: tuple[Subject, ...]
    accounts: Mapping[str, AccountDefinition]
    roles: Mapping[str, RoleDefinition]
    """Roles that the folder lacks although a step needs their duty."""
    qualified: Mapping[str, str]
    """By service, the name of somebody whom nothing that is held speaks against; empty: nobody."""
    not_known: Mapping[str, tuple[str, ...]]
    """By service, where nobody is found for it, brought sources that say nothing of who might fit."""


def cast_for(
    services: Sequence[Service],
    declared: Mapping[str, AccountDefinition],
    roles: Mapping[str, RoleDefinition],
    departments: Iterable[str],
    fitting: Fitting,
    place: Place,
    more: Iterable[Subject] = (),
) -> Cast:
    """Return who plays: the declared accounts too, and ``more`` people whom test sources hold."""
    declared_people = list(_declared(declared, place))
    taken = {one.id for one in declared_people}
    subjects = [*_standing(place), *declared_people, *(one for one in more if one.id not in taken)]
    qualified = _complete(services, subjects, fitting, place)
    not_known = {
        one.code: _not_known(one, subjects, fitting) for one in services if not qualified[one.code]
    }
    accounts = dict(declared)
    for account in _residents(subjects, declared, fitting, place.today):
        accounts[account.login] = account
    lacking: dict[str, RoleDefinition] = {}
    for account in _staff(services, roles, list(departments), declared, lacking):
        accounts.setdefault(account.login, account)
    return Cast(tuple(_everyone(subjects)), accounts, lacking, qualified, not_known)


# Residents ----------------------------------------------------------------------------------------


def _standing(place: Place) -> Iterator[Subject]:
    """Those who are in every trial."""
    cast = (*_ADULTS, _MINOR, _UNKNOWN)
    for number, (age, woman) in enumerate(cast):
        known = (age, woman) != _UNKNOWN
        yield person(number, place.digits, place.today, age=age, woman=woman, known=known)
    for number, (age, woman) in enumerate(_AGENTS, start=len(cast)):
        yield _organisation(number, place, age=age, woman=woman)


def _organisation(number: int, place: Place, *, age: int, woman: bool) -> Organisation:
    agent = person(number, place.digits, place.today, age=age, woman=woman)
    return organisation(number, place.digits, place.town, agent)


def _declared(declared: Mapping[str, AccountDefinition], place: Place) -> Iterator[Subject]:
    """Those whom the folder's own accounts name."""
    for number, account in enumerate(declared.values(), start=900):
        if not account.person:
            continue
        who = from_number(account.person, say(account.name, "zh"), number)
        if not account.organisation:
            yield who
            continue
        called = say(account.organisation_name, "zh") or account.organisation
        yield Organisation(number, account.organisation, called, who)


def _everyone(subjects: Iterable[Subject]) -> Iterator[Subject]:
    """The subjects, and beside an organisation whoever acts for it: they apply for themselves too."""
    for subject in subjects:
        yield subject
        if isinstance(subject, Organisation):
            yield subject.agent


def _acting(subject: Subject) -> Person:
    return subject.agent if isinstance(subject, Organisation) else subject


def _complete(
    services: Iterable[Service], subjects: list[Subject], fitting: Fitting, place: Place
) -> dict[str, str]:
    """Add somebody for each service that nobody fits yet; return who fits which."""
    qualified: dict[str, str] = {}
    for service in services:
        found = next(
            (
                one
                for one in subjects
                if one.known and is_for(service, one) and fitting.judge(service, one).fits
            ),
            None,
        )
        if found is None:
            found = fitting.find(service, _candidates(service, place))
            if found is not None:
                subjects.append(found)
        qualified[service.code] = "" if found is None else _acting(found).name
    return qualified


def _not_known(service: Service, subjects: Iterable[Subject], fitting: Fitting) -> tuple[str, ...]:
    """Return the brought sources for want of whose rows nobody can be said to fit."""
    fits = [fitting.judge(service, one) for one in subjects if is_for(service, one)]
    return tuple(sorted({source for fit in fits for source in fit.not_known}))


def _candidates(service: Service, place: Place) -> Callable[[int], Subject]:
    """Return who is thought up in turn: people of every age, or organisations."""
    of_people = not service.audience or "1" in service.audience

    def candidate(number: int) -> Subject:
        chance = Random(f"candidate {number}")
        age = chance.randint(18, 95) if number % 8 else chance.randint(1, 17)
        drawn, woman = 1000 + number, chance.random() < 0.5
        if of_people:
            return person(drawn, place.digits, place.today, age=age, woman=woman)
        return _organisation(drawn, place, age=max(age, 20), woman=woman)

    return candidate


def _residents(
    subjects: Iterable[Subject],
    declared: Mapping[str, AccountDefinition],
    fitting: Fitting,
    today: dt.date,
) -> Iterator[AccountDefinition]:
    """Yield an account for everybody; what a declared one says of itself is not true of a trial."""
    named = {(one.person, one.organisation): one for one in declared.values()}
    number = 0
    for subject in subjects:
        about = _about(subject, fitting.of(subject), today)
        code = subject.id if isinstance(subject, Organisation) else ""
        account = named.get((_acting(subject).id, code))
        if account is not None:
            yield replace(account, about=about)
            continue
        number += 1
        yield AccountDefinition(
            login=f"r{number:02d}",
            name=_acting(subject).name,
            kind="resident",
            person=_acting(subject).id,
            organisation=code,
            organisation_name=subject.name if isinstance(subject, Organisation) else "",
            about=about,
        )


def _about(subject: Subject, fits: Sequence[Fit], today: dt.date) -> Text:
    return {language: _said(subject, fits, today, language) for language in LANGUAGES}


def _said(subject: Subject, fits: Sequence[Fit], today: dt.date, language: str) -> str:
    """Say in one or two sentences who somebody is and what they could get."""
    who = _acting(subject)
    sex = translate(language, f"app.trial.{'woman' if who.woman else 'man'}")
    parts = [translate(language, "app.trial.who", age=who.age(today), sex=sex)]
    if isinstance(subject, Organisation):
        parts.append(translate(language, "app.trial.acts_for", name=subject.name))
    if not subject.known:
        return "".join([*parts, translate(language, "app.trial.unknown")])
    good = [say(one.service.name, language) for one in fits if one.fits]
    bad = [
        translate(
            language,
            "app.trial.because",
            service=say(one.service.name, language),
            rule=say(one.unmet[0], language),
        )
        for one in fits
        if one.unmet
    ]
    open_ = [
        translate(
            language,
            "app.trial.because",
            service=say(one.service.name, language),
            rule=translate(language, "app.trial.comma").join(one.not_known),
        )
        for one in fits
        if one.not_known and not one.unmet
    ]
    for key, found in (("fits", good), ("not_fits", bad), ("fits_not_known", open_)):
        if found:
            listed = translate(language, "app.trial.comma").join(found[:_MOST_NAMED])
            parts.append(translate(language, f"app.trial.{key}", services=listed))
    return "".join(parts)


# Staff --------------------------------------------------------------------------------------------


def _staff(
    services: Iterable[Service],
    roles: Mapping[str, RoleDefinition],
    departments: Sequence[str],
    declared: Mapping[str, AccountDefinition],
    lacking: dict[str, RoleDefinition],
) -> Iterator[AccountDefinition]:
    """Yield one member of staff for each duty that a department needs, and for every other role.

    Where the folder declares somebody for it, nobody is made up.
    """
    held = {(one.department, role) for one in declared.values() for role in one.roles}
    used = {role for _, role in held}
    number = 0
    for (department, duty), named in _wanted(services).items():
        if any(at == department and duty in _duties(role, roles) for at, role in held):
            continue
        number += 1
        role = _role_for(duty, roles, lacking)
        used.add(role)
        yield _member(number, department, duty, role, _works_on(named))
    for role in sorted(set(roles) - used) if departments else ():
        number += 1
        yield _member(number, departments[-1], role, role, _other_role(roles[role]))


def _wanted(services: Iterable[Service]) -> dict[tuple[str, str], list[Text]]:
    """Return the duties that steps need in which department, and the services they are for."""
    wanted: dict[tuple[str, str], list[Text]] = {}
    for service in services:
        for step in service.steps:
            named = wanted.setdefault((step.department, step.needed_duty), [])
            if service.name not in named:
                named.append(service.name)
    return wanted


def _duties(role: str, roles: Mapping[str, RoleDefinition]) -> tuple[str, ...]:
    found = roles.get(role)
    return () if found is None else found.duties


def _role_for(
    duty: str, roles: Mapping[str, RoleDefinition], lacking: dict[str, RoleDefinition]
) -> str:
    """Return the role with this duty and the fewest others; one of the trial's where there is none."""
    having = [one for one in roles.values() if duty in one.duties]
    if having:
        return min(having, key=lambda one: (len(one.duties), one.code)).code
    code = "trial-" + duty.replace(".", "-")
    lacking[code] = RoleDefinition(code=code, name=_words("app.trial.role"), duties=(duty,))
    return code


def _member(number: int, department: str, duty: str, role: str, about: Text) -> AccountDefinition:
    chance = Random(f"staff {number}")
    called = names.surname(chance) + names.given_name(chance, 40, woman=number % 2 == 0)
    login = _LOGIN.sub("-", f"{duty.rpartition('.')[2]}-{department}".lower()).strip("-")
    return AccountDefinition(
        login=f"s{number:02d}-{login}"[:64],
        name=called,
        kind="staff",
        department=department,
        roles=(role,),
        about=about,
    )


def _works_on(named: Sequence[Text]) -> Text:
    return {
        language: translate(
            language,
            "app.trial.works_on",
            services=translate(language, "app.trial.comma").join(
                say(name, language) for name in named[:_MOST_NAMED]
            ),
        )
        for language in LANGUAGES
    }


def _other_role(role: RoleDefinition) -> Text:
    return {
        language: translate(language, "app.trial.other_role", role=say(role.name, language))
        for language in LANGUAGES
    }


def _words(key: str) -> Text:
    return {language: translate(language, key) for language in LANGUAGES}
