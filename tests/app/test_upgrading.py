"""What an upgraded government finds: its text indexes were filled by an older release."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from tests.builders.older import bring_back

from tongban.app import house as opening
from tongban.app import migrations, registry, setup
from tongban.app.cli import main
from tongban.app.commands.migrate import migrate
from tongban.kit import search
from tongban.kit.db import Database
from tongban.kit.settings import default_data, read_settings
from tongban.modules.services.store.tables import words as index

ADDRESS = "http://127.0.0.1:8000"
ASKED = ("company", "disability subsidy", "結婚登記", "结婚登记")


def found(database: Database, question: str) -> list[str]:
    with database.read() as reader:
        hits = index.hits(reader.connection, question)
        assert hits is not None
        return [row.key for row in reader.connection.execute(select(hits.c.key))]


def _in_the_older_form(database: Database) -> None:
    """Fill the indexes as they were filled before stems and simplified characters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_forms", lambda word: (word,))
        patch.setattr(search, "simplified", lambda words: words)
        database.write(registry.reindex)


def _before_forms_were_kept(database: Database) -> None:
    bring_back(database, "0025_kit")


def _with_another_stemmer(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE kit_text_form SET form = '2 snowballstemmer=3.0'"))


@pytest.fixture
def older(instance: Path) -> Path:
    """A government whose one service is found by what is asked, once it is indexed as that is."""
    (file,) = (instance / "services").glob("*.yaml")
    lines = file.read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("name:"))
    lines[at] = "name: {zh: 結婚登記, en: Disability subsidy of a company}"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    setup.ready(instance, None, ADDRESS).db.close()
    return instance


def _by_migrate(instance: Path) -> None:
    done = CliRunner().invoke(migrate, ["--data", str(default_data(instance))])
    assert done.exit_code == 0, done.output


def _by_start(instance: Path) -> None:
    setup.ready(instance, None, ADDRESS).db.close()


@pytest.mark.parametrize("come", [_by_migrate, _by_start])
@pytest.mark.parametrize("older_release", [_before_forms_were_kept, _with_another_stemmer])
def test_an_index_that_was_filled_in_another_form_is_made_anew_once(
    older: Path,
    older_release: Callable[[Database], None],
    come: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(setup.ready(older, None, ADDRESS).db) as database:
        _in_the_older_form(database)
        assert [found(database, question) for question in ("company", "结婚登记")] == [[], []]
        older_release(database)
    come(older)
    done: list[object] = []
    monkeypatch.setattr(registry, "reindex", done.append)
    with closing(setup.ready(older, None, ADDRESS).db) as database:
        assert [len(found(database, question)) for question in ASKED] == [1, 1, 1, 1]
    assert done == []


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "请先停掉那个进程"), ("en", "Stop that process first")]
)
def test_data_that_a_server_still_serves_are_not_migrated_until_it_has_stopped(
    older: Path, language: str, words: str
) -> None:
    data = default_data(older)
    settings = read_settings(data)
    with closing(setup.ready(older, None, ADDRESS).db) as database:
        _before_forms_were_kept(database)
        with opening.hold(settings):
            done = CliRunner().invoke(
                main, ["migrate", "--data", str(data)], env={"TONGBAN_LANGUAGE": language}
            )
            refuses = not settings.database  # servers that share a PostgreSQL are not seen
            assert (done.exit_code, words in done.stderr) == (5 if refuses else 0, refuses)
            assert (migrations.standing(database)[0] == "0025_kit") is refuses
    _by_migrate(older)
    _by_migrate(older)  # and whoever migrated keeps nothing from the next
