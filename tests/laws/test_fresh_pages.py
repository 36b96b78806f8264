"""What a running process shows is what a fresh one would: whatever is kept is keyed by its inputs.

A table of inputs, each changed in a demonstration whose pages were all looked at before, so that
everything that is kept anywhere is kept. Afterwards every page is compared with the same page of a
process that never saw the world of before: another engine, and every memory of a function empty.
"""

import functools
import gc
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from litestar import Litestar
from litestar.testing import TestClient
from msgspec.structs import replace
from tests.builders.definitions import TODAY

from tongban.app.house import open_house
from tongban.app.instance.actions import apply
from tongban.app.instance.parts import PARTS
from tongban.app.web import create
from tongban.kernel.actors import Actor, ActorKind
from tongban.kit import http, shelf
from tongban.kit.db import Unit
from tongban.kit.definitions.folder import Files, read_folder
from tongban.kit.definitions.loading import load
from tongban.kit.house import House
from tongban.modules.exchange import actions as exchange
from tongban.modules.identity import actions as identity
from tongban.modules.identity import queries as people
from tongban.modules.identity.definition import AccountDefinition

Visitor = TestClient[Litestar]
FOLDER = Path("instances/demonstration")
BASE = "http://127.0.0.1:8000"
SERVICE = "/services/flexible-employment-subsidy"
PUBLIC = (
    "/",
    "/services",
    SERVICE,
    "/reform",
    "/about",
    "/about/departments/human-resources",
    "/about/calendar",
    "/catalog",
    "/catalog/resources/101001/2",
    "/catalog/elements",
    "/catalog/elements/person.name",
    "/indicators",
    "/indicators/on-time",
    "/api/indicators",
    "/help",
    "/certificates/verify",
)
STAFF = ("/admin/staff", "/grants", "/grants/G-2026-001", "/work", "/supervision", "/account")
_ONCE = re.compile(r'(name="csrf" value=")[^"]+|(nonce[=-]["\']?)[\w+/=-]+')


def seen(client: Visitor) -> dict[str, str]:
    """Return every page as it is shown, without what is different each time."""
    shown = {}
    for page in (*PUBLIC, *STAFF):
        answer = client.get(page)
        assert answer.status_code in (200, 403, 404), (page, answer.status_code)
        shown[page] = f"{answer.status_code}\n" + _ONCE.sub(r"\1\2", answer.text).replace(
            answer.headers["x-request-id"], ""
        )
    return shown


def _may_depend(module: str) -> bool:
    """Whether a function's memory could hold definitions: kit's holds templates and catalogues."""
    return module.startswith("tongban.") and not module.startswith("tongban.kit.")


@contextmanager
def fresh(house: House) -> Iterator[Visitor]:
    """A process that remembers nothing, on the same data at the same moment."""
    for kept in gc.get_objects():
        if isinstance(kept, functools._lru_cache_wrapper) and _may_depend(kept.__module__):
            kept.cache_clear()
    other = open_house(house.settings, house.clock)
    try:
        with TestClient(create(other, lambda: None, lambda: None), base_url=BASE) as visitor:
            yield visitor
    finally:
        other.db.close()


def administrator(house: House) -> str:
    """Open a session of the demonstration's administrator; returns its token."""
    with house.db.read() as reader:
        (admin, *_) = people.staff_with(reader, "", "staff.manage")
    return house.db.write(lambda unit: identity.sign_in(unit, admin.id)).token


def edited(house: House, file: str, old: str, new: str) -> None:
    """Apply the demonstration with one file changed."""
    files = dict(read_folder(FOLDER, PARTS).content)
    text = files[file].decode()
    assert old in text, (file, old)
    files[file] = _raised(text.replace(old, new, 1)).encode()
    changed = load(Files(content=files), PARTS, TODAY)
    assert [each.message("en") for each in changed.errors] == []
    apply(house.db, changed)


def _raised(text: str) -> str:
    """Return a file whose one definition says its version, with the next one."""
    return re.sub(r"(?m)^version: (\d+)$", lambda said: f"version: {int(said[1]) + 1}", text)


def edit(file: str, old: str, new: str) -> Callable[[House], None]:
    return lambda house: edited(house, file, old, new)


def ended(house: House) -> None:
    """The providing department ends a grant, in the running government and not in the folder."""
    officer = Actor(
        ActorKind.STAFF,
        account="officer",
        name="某人",
        department="public-security",
        duties=frozenset({"grant.decide"}),
    )
    house.db.write(lambda unit: exchange.end_grant(unit, officer, "G-2026-001", "不再需要"))


SUBSIDY = "services/flexible-employment-subsidy.yaml"
GRANT = "items: [person.name, person.household_address, person.household_division]"

CHANGES: Mapping[str, tuple[Callable[[House], None], tuple[str, ...]]] = {
    "a grant narrowed": (
        edit("grants.yaml", GRANT, "items: [person.name, person.household_address]"),
        ("/reform", "/grants/G-2026-001"),
    ),
    "a grant that runs out": (
        edit("grants.yaml", "ends: 2028-12-31", "ends: 2026-02-01"),
        ("/reform", "/grants/G-2026-001"),
    ),
    "a resource called otherwise": (
        edit("resources/public-security.yaml", "zh: 户籍信息", "zh: 户口登记信息"),
        ("/catalog", "/catalog/resources/101001/2", "/reform"),
    ),
    "a department called otherwise": (
        edit("departments.yaml", "zh: 人力资源和社会保障局", "zh: 人力资源社会保障局"),
        ("/about", "/about/departments/human-resources", SERVICE, "/reform", "/grants/G-2026-001"),
    ),
    "an element called otherwise": (
        edit("elements.yaml", "zh: 姓名, en: Full name", "zh: 本人姓名, en: Full name"),
        ("/catalog/elements/person.name", "/grants/G-2026-001"),
    ),
    "a day off more": (
        edit(
            "calendar.yaml",
            "    holidays:\n",
            "    holidays:\n      - {date: 2025-03-03, name: 公祭}\n",
        ),
        (),
    ),
    "an indicator with another target": (
        edit("evaluation.yaml", "target: 0.98", "target: 0.5"),
        ("/indicators", "/indicators/on-time", "/api/indicators"),
    ),
    "a government called otherwise": (
        edit("government.yaml", "name: {zh: 云汀市, en: Yunting}", "name: {zh: 云汀, en: Yunting}"),
        ("/", "/about", "/help"),
    ),
    "a role called otherwise": (
        edit("roles.yaml", "zh: 综合窗口人员", "zh: 窗口人员"),
        ("/admin/staff",),
    ),
    "duties taken from a role": (
        edit(
            "roles.yaml",
            "duties: [staff.manage, instance.apply, operations.read]",
            "duties: [staff.manage, instance.apply]",
        ),
        (),
    ),
    "a service called otherwise": (
        edit(
            SUBSIDY,
            "name: {zh: 灵活就业社会保险补贴, en: Social",
            "name: {zh: 灵活就业人员社会保险补贴, en: Social",
        ),
        ("/", "/services", SERVICE, "/reform"),
    ),
    "a grant ended in the running government": (ended, ("/reform", "/grants/G-2026-001")),
}


def test_every_page_shows_a_change_of_what_it_was_made_from(house: House, client: Visitor) -> None:
    """Each change is made to what the one before left, by a process that has seen all of them."""
    token = administrator(house)
    client.cookies.set(http.SESSION_COOKIE, token)
    before = seen(client)
    for what, (change, shows) in CHANGES.items():
        change(house)
        warm = seen(client)
        with fresh(house) as newcomer:
            newcomer.cookies.set(http.SESSION_COOKIE, token)
            expected = seen(newcomer)
        assert {page for page in warm if warm[page] != expected[page]} == set(), what
        assert {page for page in shows if warm[page] == before[page]} == set(), f"shows {what}"
        before = warm


def test_an_account_whose_roles_change_has_its_new_duties_at_once(
    house: House, client: Visitor
) -> None:
    with house.db.read() as reader:
        admin = people.staff_with(reader, "", "staff.manage")[0]
    token = administrator(house)
    client.cookies.set(http.SESSION_COOKIE, token)
    assert client.get("/admin/staff").status_code == 200
    with house.db.read() as reader:
        known = shelf.every(reader.connection, "accounts", AccountDefinition)[admin.login]
    changed = replace(known, roles=("inspector",))

    def take_away(unit: Unit) -> None:
        shelf.put(unit, "accounts", admin.login, 99, changed)
        identity.adopt_demonstration_accounts(unit)

    house.db.write(take_away)
    assert client.get("/admin/staff", follow_redirects=False).status_code != 200
