"""Makes a government ready to be served: folder, keys, tables, definitions, sources, accounts."""

from importlib import resources
from pathlib import Path

from tongban.app import house as opening
from tongban.app import migrations
from tongban.app.instance import actions as instance_actions
from tongban.app.instance import load
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import say
from tongban.kit.clock import Clock
from tongban.kit.house import House
from tongban.kit.i18n import translate
from tongban.kit.settings import from_environment
from tongban.modules.government import queries as government
from tongban.modules.government.definition import GovernmentDefinition
from tongban.modules.identity import actions as identity_actions
from tongban.modules.identity import queries as identity


def demonstration_folder() -> Path:
    """Return the folder of the demonstration government, in the wheel or in the source tree."""
    packed = Path(str(resources.files("tongban"))) / "instances" / "demonstration"
    if packed.is_dir():
        return packed
    return Path(__file__).resolve().parents[3] / "instances" / "demonstration"


def ready(
    instance: Path | None, data: Path | None, address: str, clock: Clock | None = None
) -> House:
    """Return a government that can be served; does nothing that was done before."""
    demonstration = instance is None
    folder = demonstration_folder() if instance is None else instance
    chosen = data or (Path("var/demonstration") if demonstration else opening.default_data(folder))
    settings = from_environment(chosen, address=address)
    opening.mark(settings, demonstration=demonstration)
    house = opening.open_house(settings, clock)
    migrations.upgrade(house.db)
    if not _adopted(house):
        _adopt(house, folder, demonstration=demonstration)
    return house


def _adopted(house: House) -> bool:
    with house.db.read() as reader:
        return government.profile_if_any(reader.connection) is not None


def _adopt(house: House, folder: Path, *, demonstration: bool) -> None:
    loaded = load(folder)
    if loaded.errors:
        raise Refusal(
            "app.instance_has_errors", Kind.INVALID, folder=str(folder), count=len(loaded.errors)
        )
    profile = loaded.one(GovernmentDefinition)
    if profile is not None and profile.demonstration != demonstration:
        code = "app.instance_is_demonstration" if not demonstration else "app.instance_is_real"
        raise Refusal(code, Kind.CONFLICT, folder=str(folder))
    if demonstration:
        _build_sources(house)
    instance_actions.apply(house.db, loaded)


def _build_sources(house: House) -> None:
    from tongban.app.demonstration import build

    folder = house.settings.sources_folder
    if not folder.exists():
        build(folder, today=house.clock.now().date())


def accounts_to_try(house: House, language: str) -> list[str]:
    """Return the lines that say how to get in: demonstration accounts, or the set-up code."""
    with house.db.read() as reader:
        profile = government.profile(reader.connection)
        if profile.demonstration:
            title = translate(language, "app.serve.accounts")
            listed = identity.demonstration_accounts(reader.connection)
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
