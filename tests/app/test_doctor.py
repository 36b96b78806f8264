"""What the doctor says, and with which exit code."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tongban.app import house as opening
from tongban.app import setup
from tongban.app.cli import main


@pytest.fixture
def data(instance: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("TONGBAN_SMTP", raising=False)
    setup.ready(instance, None, "http://127.0.0.1:8000").db.close()
    return opening.default_data(instance)


def doctor(data: Path) -> tuple[int, str]:
    said = CliRunner().invoke(main, ["doctor", "--data", str(data)], env={"TONGBAN_LANGUAGE": "en"})
    return said.exit_code, said.output


def test_a_real_government_without_mail_is_well_and_gets_advice(data: Path) -> None:
    code, said = doctor(data)
    assert code == 0, said
    assert "! Mail" in said
    assert "TONGBAN_SMTP" in said
    assert "✗" not in said


def test_missing_keys_are_named_and_not_made(data: Path) -> None:
    (data / "keys" / "ledger.key").unlink()
    code, said = doctor(data)
    assert code == 1
    assert "lacks ledger.key" in said
    assert not (data / "keys" / "ledger.key").exists()


def test_keys_that_others_can_read_are_named_with_the_way_to_mend_it(data: Path) -> None:
    (data / "keys" / "ledger.key").chmod(0o644)
    code, said = doctor(data)
    assert (code, "Others can read ledger.key" in said) == (1, True)


def test_a_folder_without_a_government_stays_empty(tmp_path: Path) -> None:
    code, said = doctor(tmp_path)
    assert (code, "There is no government here" in said) == (1, True)
    assert list(tmp_path.iterdir()) == []
