"""Makes a government ready to be served: folder, keys, tables, definitions, sources, accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from tongban.app import house as opening
from tongban.app import metrics_door
from tongban.app.house import For
from tongban.app.instance import actions as instance_actions
from tongban.app.instance import load
from tongban.app.instance.refusing import with_errors
from tongban.kernel.dates import ZONE, local_date
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.realms import Realm
from tongban.kernel.text import say
from tongban.kit.clock import Clock
from tongban.kit.definitions.instance import Instance
from tongban.kit.house import House
from tongban.kit.i18n import translate
from tongban.kit.mark import check_setting, naming_database
from tongban.kit.settings import Settings, default_data, read_settings
from tongban.modules.government import queries as government
from tongban.modules.government.definition import GovernmentDefinition
from tongban.modules.government.definition.checks import placeholders
from tongban.modules.identity import actions as identity_actions
from tongban.modules.identity import queries as identity
from tongban.modules.ledger import actions as ledger_actions
from tongban.modules.ledger.model import Signer


def demonstration_folder() -> Path:
    """Return the folder of the demonstration government, in the wheel or in the source tree."""
    packed = Path(str(resources.files("tongban"))) / "instances" / "demonstration"
    if packed.is_dir():
        return packed
    return Path(__file__).resolve().parents[3] / "instances" / "demonstration"


def ready(
    instance: Path | None,
    data: Path | None,
    address: str,
    clock: Clock | None = None,
    *,
    alone: bool = False,
    served_at: str = "",
) -> House:
    """Return a government that can be served; does nothing that was done before.

    What cannot be set up leaves no trace. ``alone`` keeps the data folder for this process.
    ``address`` is what the command line says, ``served_at`` where it listens: people reach it there
    when no setting says otherwise.
    """
    realm = Realm.DEMONSTRATION if instance is None else Realm.REAL
    folder = demonstration_folder() if instance is None else instance
    chosen = data or (Path("var/demonstration") if instance is None else default_data(folder))
    settings = read_settings(chosen, address=address, served_at=served_at)
    metrics_door.check(settings)
    opening.check_mark(settings, realm)
    opening.check_free(settings)
    check_setting(settings, making=True)
    sound = None
    if not opening.has_keys(settings):
        sound = _sound(folder, realm)
        opening.check_before(settings, realm)
    if alone:
        opening.hold(settings)
    opening.mark(settings, realm)
    if sound is not None:
        opening.make_keys(settings, sound[1].origin)
    with _of_this_release(settings, realm):
        house = opening.open_house(settings, clock, For.MAKING)
    try:
        with naming_database(settings), _of_this_release(settings, realm):
            opening.bring_up(house)
        if not _adopted(house):
            _adopt(house, *(sound or _sound(folder, realm)))
        with _of_this_release(settings, realm):
            opening.check_log(house)
        opening.keep_address(settings)
    except BaseException:
        house.db.close()
        raise
    return house


def _adopted(house: House) -> bool:
    with house.db.read() as reader:
        return government.profile_if_any(reader.connection) is not None


def _sound(folder: Path, realm: Realm) -> tuple[Instance, GovernmentDefinition]:
    """Load the definitions to begin with. Refuses errors, and a demonstration as a real government."""
    if not (folder / "government.yaml").is_file():
        raise Refusal("app.not_an_instance", Kind.NOT_FOUND, folder=str(folder))
    loaded = load(folder)
    profile = loaded.one(GovernmentDefinition)
    if loaded.errors or profile is None:
        raise with_errors(folder, loaded.errors)
    for key, value in placeholders(profile):
        raise Refusal("app.placeholder", Kind.INVALID, folder=str(folder), key=key, value=value)
    if government.realm_of(profile) is not realm:
        code = "app.instance_is_demonstration" if profile.demonstration else "app.instance_is_real"
        raise Refusal(code, Kind.CONFLICT, folder=str(folder))
    return loaded, profile


def _adopt(house: House, loaded: Instance, profile: GovernmentDefinition) -> None:
    with _of_this_release(house.settings, government.realm_of(profile)):
        ledger_actions.make_log_key(house.settings.keys, profile.origin)  # refuses another log's
    if profile.demonstration:
        _build_sources(house)
    instance_actions.apply(house.db, loaded)
    ledger_actions.run_sequencer(house.db, house.port(Signer))  # from now on the log is this one


@contextmanager
def _of_this_release(settings: Settings, realm: Realm) -> Iterator[None]:
    """Say of a demonstration with other keys that it is of another release, and not worth mending."""
    try:
        yield
    except Refusal as refusal:
        if realm is Realm.DEMONSTRATION and refusal.code in _OTHER_KEYS:
            folder = str(settings.data)
            raise Refusal("app.demonstration_outdated", Kind.CONFLICT, folder=folder) from refusal
        raise


_OTHER_KEYS = ("kit.keys_of_another", "ledger.other_log", "ledger.other_origin")


def _build_sources(house: House) -> None:
    from tongban.app.demonstration import build

    folder = house.settings.sources_folder
    if not folder.exists():
        build(folder, today=local_date(house.clock.now(), ZONE))


def behind(house: House, instance: Path | None, language: str) -> list[str]:
    """Return the line that says that the folder is not what runs, none where it is.

    What was adopted goes on until somebody applies the folder, also when it was mended since.
    """
    folder = demonstration_folder() if instance is None else instance
    if not (folder / "government.yaml").is_file():
        return []
    loaded = load(folder)
    place = {"folder": str(folder), "data": str(house.settings.data)}
    if loaded.errors:
        errors = len(loaded.errors)
        return [translate(language, "app.serve.differs_errors", count=errors, **place)]
    count = len(instance_actions.difference(house.db, loaded).changes)
    return [translate(language, "app.serve.differs", count=count, **place)] if count else []


def accounts_to_try(house: House, language: str) -> list[str]:
    """Return the lines that say how to get in: demonstration accounts, or the set-up code."""
    with house.db.read() as reader:
        if government.realm(reader).invented:
            title = translate(language, "app.serve.accounts")
            listed = identity.demonstration_accounts(reader)
            width = max((len(account.login) for account in listed), default=0)
            return [title] + [
                f"  {account.login:<{width}}  {say(account.name, language)}  {say(account.about, language)}"
                for account in listed
            ]
        needs_setup = not identity.has_administrator(reader.connection)
    if not needs_setup:
        return []
    code = house.db.write(lambda unit: identity_actions.setup_code(unit))
    return [translate(language, "app.serve.setup", address=house.settings.address, code=code)]
