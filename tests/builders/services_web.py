"""The small city on the web, with real accounts: a resident, clerks of two departments, a manager."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.builders import identity as people
from tests.builders import services as builders
from tests.builders import web
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.exchange import WANG, MemorySources
from tests.builders.web import Browser

from tongban.app import looks
from tongban.kernel.actors import SYSTEM
from tongban.kit import http, testing
from tongban.kit.db import Database
from tongban.kit.house import House
from tongban.modules.certificates.pages.issued import HANDLERS as ISSUED
from tongban.modules.exchange.pages.uses import HANDLERS as USES
from tongban.modules.identity import actions as identity
from tongban.modules.identity.definition import RoleDefinition
from tongban.modules.identity.model import NationalPerson, NewStaff
from tongban.modules.services.pages import HANDLERS as PAGES
from tongban.modules.services.routes import HANDLERS as ROUTES


@dataclass
class City:
    """A running city, who has an account in it, and one browser at a time."""

    db: Database
    house: House
    sources: MemorySources
    browser: Browser
    staff: dict[str, str]

    def as_wang(self) -> Browser:
        """Let the resident sit down at the browser."""
        person = NationalPerson(number=WANG.id, name="王小明")
        opened = self.db.write(lambda unit: identity.national_sign_in(unit, person))
        self.browser.client.cookies.set(http.SESSION_COOKIE, opened.token)
        return self.browser

    def as_staff(self, login: str) -> Browser:
        """Let a member of staff sit down at the browser."""
        self.browser.sign_in(self.db, self.staff[login])
        return self.browser

    def as_nobody(self) -> Browser:
        """Let a visitor sit down at the browser."""
        self.browser.client.cookies.clear()
        return self.browser


ROLES = {
    "clerk": ("case.accept", "case.decide"),
    "reviewer": ("case.review",),
    "manager": ("case.accept", "case.decide", "case.reassign"),
    "officer": ("grant.decide",),
}
STAFF = (
    ("li.ping", "李萍", "clerk", LABOUR),
    ("zhao.min", "赵敏", "clerk", LABOUR),
    ("sun.li", "孙丽", "reviewer", CIVIL),
    ("qian.wei", "钱伟", "manager", LABOUR),
    ("zhou.jun", "周军", "officer", CIVIL),
)


@contextmanager
def opened(folder: Path) -> Iterator[City]:
    """Open the city for business."""
    for db in testing.opened(testing.sqlite_database(folder)):
        sources = builders.found(db, folder)
        for code, duties in ROLES.items():
            role = RoleDefinition(code=code, name=code, duties=duties)
            db.write(partial(people.adopt_role, role=role))
        staff = {}
        for login, name, role_code, department in STAFF:
            new = NewStaff(login=login, name=name, department=department, roles=(role_code,))
            staff[login] = db.write(partial(identity.create_staff, actor=SYSTEM, new=new))[0].id
        running = web.house(db, folder)
        looks.plug(running)
        with web.browser(running, (*PAGES, *ROUTES, *USES, *ISSUED)) as browser:
            yield City(db, running, sources, browser, staff)
