"""What the terminal says of a trial: where it runs, who could get what, how to get in."""

from collections.abc import Iterator
from pathlib import Path

from tongban.app.trial.beginning import Trial
from tongban.app.trial.fitting import MOST_TRIED
from tongban.app.trial.given import left_out
from tongban.app.trial.instance import open_services
from tongban.kernel.text import say
from tongban.kit.i18n import Translate, translator
from tongban.modules.identity import queries as identity


def said(trial: Trial, folder: Path, data: Path, language: str) -> Iterator[str]:
    """Yield the lines that whoever starts a trial reads."""
    t = translator(language)
    yield t("app.trial.ready", address=trial.house.settings.address)
    yield t("app.trial.place", data=str(data))
    given = trial.prepared.connected.given.files
    if given:
        yield t("app.trial.given", sources=t("app.trial.comma").join(sorted(given)))
        yield from _left_out(trial, t, language)
    if trial.again:
        yield t("app.trial.again")
    elif not trial.begun:
        yield t("app.trial.goes_on")
    warnings = trial.prepared.instance.counts["warning"]
    if warnings:
        yield t("app.trial.warnings", count=warnings, folder=str(folder))
    yield from _services(trial, t, language)
    yield from _accounts(trial, t, language)
    yield t("app.trial.change")


def _left_out(trial: Trial, t: Translate, language: str) -> Iterator[str]:
    connected = trial.prepared.connected
    names = [
        say(one.name, language) for one in left_out(connected.resources.values(), connected.given)
    ]
    if names:
        yield t("app.trial.given_left_out", resources=t("app.trial.comma").join(names))


def _services(trial: Trial, t: Translate, language: str) -> Iterator[str]:
    services = open_services(trial.prepared.instance)
    yield t("app.trial.services") if services else t("app.trial.no_service")
    for service in services:
        cast = trial.prepared.cast
        name, person = say(service.name, language), cast.qualified[service.code]
        not_known = cast.not_known.get(service.code)
        if person:
            yield t("app.trial.service", service=name, person=person)
        elif not_known:
            sources = t("app.trial.comma").join(not_known)
            yield t("app.trial.service_not_known", service=name, sources=sources)
        else:
            yield t("app.trial.service_nobody", service=name, tried=MOST_TRIED)
    for finding in trial.prepared.lacking:
        yield t("app.trial.without_grant", sentence=finding.message(language))


def _accounts(trial: Trial, t: Translate, language: str) -> Iterator[str]:
    yield t("app.trial.accounts")
    with trial.house.db.read() as reader:
        accounts = identity.demonstration_accounts(reader)
    width = max((len(one.login) for one in accounts), default=0)
    for one in accounts:
        yield f"  {one.login:<{width}}  {say(one.name, language)}  {say(one.about, language)}"
