"""Issuing, sealing, revoking, expiring."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from tests.builders import certificates as made
from tests.builders.ledger import MemorySigner

from tongban.kernel.errors import Refusal
from tongban.kernel.identifiers import certificate_identifier_fault
from tongban.kernel.subjects import SubjectKind, SubjectRef
from tongban.kit import shelf
from tongban.kit.clock import MovableClock
from tongban.kit.db import Database
from tongban.kit.db.unit import jobs, outbox
from tongban.kit.lanes import Worker
from tongban.kit.outbox import Outbox
from tongban.modules.certificates import actions, handlers, queries
from tongban.modules.certificates.model import Certificate, Standing, State
from tongban.modules.ledger import actions as sequencing
from tongban.modules.ledger import queries as ledger


def test_a_certificate_waits_for_its_seal_and_a_job_gives_it(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.issued(running)
    assert certificate.state is State.PENDING_SEAL
    assert certificate_identifier_fault(certificate.number) is None
    assert certificate.number.split(".")[6] == "11470181017010440X"
    Worker(running, Outbox(database, ()), handlers.JOBS).settle()
    with database.read() as reader:
        found = queries.certificate(reader, certificate.id)
        entry = ledger.entry(reader.connection, found.ledger_entry).entry
        names = reader.connection.execute(select(outbox.c.name)).scalars().all()
    assert found.state is State.VALID
    assert names.count("certificates.certificate_sealed") == 1
    assert entry.public["certificate_type"] == "subsidy"
    assert entry.public["valid_until"] == "2027-11-23"
    assert entry.commitment is not None
    assert "王小敏" not in str(entry.public)
    assert found.number not in str(entry.public)


def test_a_document_is_chinese_text_that_can_be_copied(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    pdf, _ = made.documents(running, made.sealed(running))
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for wanted in ("王小敏", "社会保险补贴决定书", "¥7,000.00", "2026年1月1日", "不具有法律效力"):
        assert wanted in words.replace(" ", "")


def test_nothing_personal_lies_open_on_disk_or_in_a_table(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file())
    assert kept.count(b"tongban sealed") == 2
    assert b"%PDF" not in kept
    with database.read() as reader:
        rows = str(
            reader.connection.execute(text("SELECT * FROM certificates_certificate"))
            .mappings()
            .all()
        )
    for secret in ("王小敏", made.HOLDER.id, certificate.code):
        assert secret not in rows


def test_sealing_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    first = made.sealed(running)
    handlers.seal(running, {"certificate": first.id}, lambda _done, _of: None)
    with database.read() as reader:
        assert queries.certificate(reader, first.id) == first


def test_values_must_fit_the_fields(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    for wrong, code in (
        ({"colour": "red"}, "field_unknown"),
        ({"months": "12"}, "value_ill_typed"),
        ({"months": True}, "value_ill_typed"),
        ({"since": "2026-01-01"}, "value_ill_typed"),
    ):
        with pytest.raises(Refusal) as refused:
            made.issued(running, **wrong)
        assert refused.value.code == f"certificates.{code}"


def test_a_field_without_a_value_stops_the_issue(database: Database, tmp_path: Path) -> None:
    import msgspec

    made.house(database, tmp_path)
    asked = msgspec.structs.replace(made.request(), values={"name": "王小敏"})
    with pytest.raises(Refusal, match="field_missing"):
        database.write(lambda unit: actions.issue(unit, asked))


def test_a_holder_of_another_kind_is_refused(database: Database, tmp_path: Path) -> None:
    import msgspec

    running = made.house(database, tmp_path)
    company = SubjectRef(SubjectKind.ORGANISATION, "91110105MA01ABCD1X")
    asked = msgspec.structs.replace(made.request(), holder=company)
    with pytest.raises(Refusal, match="holder_unfit"):
        running.db.write(lambda unit: actions.issue(unit, asked))


def test_an_unknown_type_is_refused(database: Database, tmp_path: Path) -> None:
    import msgspec

    running = made.house(database, tmp_path)
    asked = msgspec.structs.replace(made.request(), type="passport")
    with pytest.raises(Refusal, match="type_not_found"):
        running.db.write(lambda unit: actions.issue(unit, asked))


def _revoke(
    database: Database,
    certificate: Certificate,
    reason: str = "以虚假材料取得",
    basis: str = "《行政许可法》第六十九条",
) -> None:
    database.write(lambda unit: actions.revoke(unit, made.DECIDER, certificate.id, reason, basis))


def test_revoking_says_why_to_the_holder_and_only_the_basis_to_the_public(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    _revoke(database, certificate)
    sequencing.run_sequencer(database, MemorySigner())
    with database.read() as reader:
        found = queries.certificate(reader, certificate.id)
        assert queries.standing(reader, found) is Standing.REVOKED
        entries = ledger.entries(reader.connection, page=1).entries
    assert found.revoked_reason == "以虚假材料取得"
    told = [each.entry.public for each in entries if "status" in each.entry.public]
    assert [each["status"] for each in told] == ["revoked"]
    assert told[0]["legal_basis"] == "《行政许可法》第六十九条"
    assert "虚假" not in str(told)


def test_what_was_revoked_cannot_be_revoked_again(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    _revoke(database, certificate)
    with pytest.raises(Refusal, match="not_now"):
        _revoke(database, certificate)


def test_what_waits_for_its_seal_cannot_be_revoked(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    certificate = made.issued(running)
    with pytest.raises(Refusal, match="not_now"):
        _revoke(database, certificate)


def test_only_those_who_decide_in_the_issuing_department_revoke(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    with pytest.raises(Refusal, match="not_yours"):
        database.write(lambda unit: actions.revoke(unit, made.OWNER, certificate.id, "x", "y"))


def test_a_revocation_needs_its_reason(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    with pytest.raises(Refusal, match="reason_missing"):
        _revoke(database, certificate, reason=" ")


def test_a_revocation_needs_its_basis_and_no_more_words_than_are_kept(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    for reason, basis, field in (("x", " ", "basis"), ("x", "条" * 501, "basis")):
        with pytest.raises(Refusal) as refused:
            _revoke(database, certificate, reason=reason, basis=basis)
        assert list(refused.value.fields) == [field]
    _revoke(database, certificate, reason="由" * 2000)


def test_a_certificate_expires_the_day_after_its_last(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(days=364))
    database.write(actions.look_after)
    with database.read() as reader:
        assert queries.certificate(reader, certificate.id).state is State.VALID
    clock.advance(timedelta(days=1))
    with (
        database.read() as reader
    ):  # nobody looked after it yet, and still nobody is told it is valid
        found = queries.certificate(reader, certificate.id)
        assert queries.standing(reader, found) is Standing.EXPIRED
    database.write(actions.look_after)
    with database.read() as reader:
        assert queries.certificate(reader, certificate.id).state is State.EXPIRED


def test_a_seal_whose_job_gave_up_is_asked_for_again(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    certificate = made.issued(running)
    with database.engine.begin() as connection:
        connection.execute(jobs.update().values(state="failed"))
    clock = database.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(hours=1))
    database.write(actions.look_after)
    Worker(running, Outbox(database, ()), handlers.JOBS).settle()
    with database.read() as reader:
        assert queries.certificate(reader, certificate.id).state is State.VALID


def test_a_certificate_says_of_which_version_of_its_type_it_is(
    database: Database, tmp_path: Path
) -> None:
    import msgspec

    running = made.house(database, tmp_path)
    changed = msgspec.structs.replace(made.SUBSIDY, valid_months=6)
    assert made.issued(running).type_version == 1
    database.write(lambda unit: shelf.put(unit, queries.PART, "subsidy", 2, changed))
    assert made.issued(running).type_version == 2
    database.write(lambda unit: shelf.retire(unit, queries.PART, "subsidy"))
    with pytest.raises(Refusal, match="type_not_found"):
        made.issued(running)


def test_keys_are_readable_by_their_owner_only_and_an_open_one_is_not_used(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    made.sealed(running)
    keys = list((tmp_path / "keys").glob("seal-*.key"))
    assert len(keys) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys)
    (tmp_path / "keys" / "seal-hr.key").chmod(0o644)
    from tongban.modules.certificates import adapters

    adapters.plug(running)
    with pytest.raises(Refusal, match="key_file_open"):
        made.sealed(running)
