"""An older release numbered nothing that is on record about a person: it is done once, as it is upgraded."""

from pathlib import Path

import pytest
from sqlalchemy import text
from tests.builders import audited
from tests.builders import services as builders
from tests.builders.exchange import WANG
from tests.builders.ledger import MemorySigner
from tests.builders.older import bring_back

from tongban.app import migrations, upgrading
from tongban.kit.db import Database
from tongban.modules.exchange import queries
from tongban.modules.exchange.actions import chaining, disclosing
from tongban.modules.ledger import actions as ledger
from tongban.modules.ledger.formats.note import format_verifier_key
from tongban.modules.ledger.formats.receipt import read_trust
from tongban.modules.ledger.formats.uses import parse_uses, verify_uses

BEFORE = "0042_bound"


def _numbers(database: Database) -> list[tuple[str, int]]:
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT entry, number FROM exchange_chain ORDER BY entry"))
        return [(row.entry, row.number) for row in found]


def test_what_is_on_record_is_numbered_in_the_order_of_its_entries_and_a_break_changes_nothing(
    own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = own_database
    monkeypatch.setattr(
        disclosing, "append_about", lambda unit, _who, _day, entry: ledger.append(unit, entry)
    )
    builders.found(database, tmp_path)
    builders.decided(database, builders.ready_to_decide(database))
    builders.accepted(database, builders.submitted(database))
    monkeypatch.undo()
    bring_back(database, BEFORE)

    number = chaining._number

    def broken_off(*given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(chaining, "_number", broken_off)
    with pytest.raises(KeyboardInterrupt):
        upgrading.bring_to_this_release(database)
    assert migrations.standing(database)[0] != BEFORE
    assert _numbers(database) == []
    monkeypatch.setattr(chaining, "_number", number)
    upgrading.bring_to_this_release(database)
    numbers = [each for _, each in _numbers(database)]
    assert numbers
    assert numbers == list(range(1, len(numbers) + 1)), "all are about one person"

    builders.accepted(database, builders.submitted(database))
    signer = MemorySigner()
    ledger.run_sequencer(database, signer)
    with database.read() as reader:
        file = parse_uses(b"".join(queries.complete_file(reader, WANG, signer)))
    said = verify_uses(file, read_trust(format_verifier_key(signer.key).encode()))
    assert (said.whole, said.unlinked) == (True, len(numbers))
    assert said.lines > len(numbers)
    audited.audited(database)
    assert audited.standing(database) == []
    upgrading.bring_to_this_release(database)
    assert len(_numbers(database)) == said.lines
