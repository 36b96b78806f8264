"""A process that is killed: ``kept_or_not.py submit|apply URL FOLDER``; says what was kept, then.

``submit`` sends in one application after another and prints each receipt's number. ``apply`` adopts
a folder again and again with one text changed, and prints the text that is in force.
"""

import sys
from pathlib import Path

from tests.builders import services as builders
from tests.builders.exchange import MemorySources

import tongban.app.tables
from tongban.app.instance import load
from tongban.app.instance.actions import apply
from tongban.kit import testing
from tongban.kit.db import Database, Unit
from tongban.kit.files import FileStore
from tongban.modules.exchange.model import Sources
from tongban.modules.services import actions, queries
from tongban.modules.services.model import Files

assert tongban.app.tables.MODULES


def submitting(database: Database) -> None:
    """Send in applications without end; drafts of those who were killed before are given up."""
    with database.read() as reader:
        left = queries.drafts(reader, builders.wang())

    def give_up(unit: Unit) -> None:
        for draft in left:
            actions.discard(unit, builders.wang(), draft.id)

    database.write(give_up)
    while True:
        say(builders.submitted(database).number)


def applying(database: Database, folder: Path) -> None:
    """Rename the department again and again."""
    instance = folder / "instance"
    for number in range(10**6):
        text = (instance / "departments.yaml").read_text("utf-8")
        first = text.replace("NUMBER", f"{number:06}")
        changed = folder / f"changed-{number % 2}"
        changed.mkdir(exist_ok=True)
        for file in instance.iterdir():
            content = first if file.name == "departments.yaml" else file.read_text("utf-8")
            (changed / file.name).write_text(content, "utf-8")
        apply(database, load(changed, testing.MORNING.date()))
        say(f"{number:06}")


def say(word: str) -> None:
    """Print a line at once."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main(what: str, url: str, folder: Path) -> None:
    """Do it until killed."""
    database = Database(url, testing.clock_at(), testing.keyring_in(folder / "keys"))
    database.ports.plug(Sources, MemorySources())
    database.ports.plug(Files, FileStore(folder / "files"))
    if what == "submit":
        submitting(database)
    else:
        applying(database, folder)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
