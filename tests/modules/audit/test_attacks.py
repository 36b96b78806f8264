"""Whoever has the database in hand changes a row: the next audit says which, on either database."""

from collections.abc import Iterator

import pytest
from tests.builders import audited
from tests.builders.audited import Rows, attack, standing

from tongban.kit import testing
from tongban.kit.db import Database, metadata
from tongban.modules.audit.model import FindingKind
from tongban.modules.ledger import queries as ledger

DIFFERS, ROW, ENTRY, UNREADABLE = (
    FindingKind.DIFFERS,
    FindingKind.ROW_WITHOUT_ENTRY,
    FindingKind.ENTRY_WITHOUT_ROW,
    FindingKind.UNREADABLE,
)
ONE_DISCLOSURE = "id = (SELECT min(id) FROM exchange_disclosure WHERE resource = '306010/1')"
OTHER_DISCLOSURE = "(SELECT max(id) FROM exchange_disclosure)"
ENDED = "code = 'marriage-for-subsidy'"
APPROVED = "outcome = 'approved'"
VALID = "state = 'valid'"
REVOKED = "state = 'revoked'"

UNDER_WAY = "SELECT id FROM services_case WHERE state = 'reviewing'"


def _forged(table: str, **changed: str) -> list[str]:
    """The columns of a row like another, of which some say something else."""
    return [changed.get(one.name, f'"{one.name}"') for one in metadata.tables[table].columns]


FORGED = {one.name: one.name for one in metadata.tables["exchange_grant"].columns} | {
    "code": "'forged'", "state": "'in_effect'", "end_reason": "NULL", "entry": "''", "salt": "NULL",
}  # fmt: skip
"""A grant like the one that was ended, in effect, with no entry."""

ATTACKS = {
    "a disclosure is deleted": (
        f"DELETE FROM exchange_disclosure WHERE {ONE_DISCLOSURE}", ENTRY, "exchange_disclosure", ()),
    "a disclosure gets another department": (
        f"UPDATE exchange_disclosure SET department = '470181-police' WHERE {ONE_DISCLOSURE}",
        DIFFERS, "exchange_disclosure", ("department",)),
    "a disclosure gets another day": (
        f"UPDATE exchange_disclosure SET at = '2026-10-24T01:30:00.000000Z' WHERE {ONE_DISCLOSURE}",
        DIFFERS, "exchange_disclosure", ("commitment",)),
    "a disclosure is hidden from whom it is about": (
        f"UPDATE exchange_disclosure SET subject_index = '{'0' * 64}' WHERE {ONE_DISCLOSURE}",
        DIFFERS, "exchange_disclosure", ("subject_sealed",)),
    "a disclosure gets another purpose": (
        f"UPDATE exchange_disclosure SET clause = '\"别的\"' WHERE {ONE_DISCLOSURE}",
        DIFFERS, "exchange_disclosure", ("legal_basis",)),
    "a disclosure was of nothing": (
        f"UPDATE exchange_disclosure SET digest = '{'0' * 64}' WHERE {ONE_DISCLOSURE}",
        DIFFERS, "exchange_disclosure", ("commitment",)),
    "a disclosure names the entry of another": (
        (f"UPDATE exchange_disclosure SET entry = (SELECT entry FROM exchange_disclosure WHERE id ="
        f" {OTHER_DISCLOSURE}) WHERE {ONE_DISCLOSURE}"), ENTRY, "exchange_disclosure", ()),
    "a number is deleted": (
        "DELETE FROM exchange_chain WHERE number = 2", DIFFERS, "exchange_disclosure", ("number",)),
    "a number is deleted, says the line behind it": (
        "DELETE FROM exchange_chain WHERE number = 2", DIFFERS, "exchange_chain", ("before",)),
    "the number of a look is deleted": (
        ("DELETE FROM exchange_chain WHERE entry = (SELECT max(id) FROM ledger_entry WHERE kind ="
        " 'case_looked_at')"), DIFFERS, "exchange_look", ("number",)),
    "a line gets another number": (
        "UPDATE exchange_chain SET number = number + 50 WHERE number = 1",
        DIFFERS, "exchange_chain", ("before",)),
    "two lines change their numbers": (
        ("UPDATE exchange_chain SET number = 99 WHERE number = 1;"
        "UPDATE exchange_chain SET number = 1 WHERE number = 2;"
        "UPDATE exchange_chain SET number = 2 WHERE number = 99"),
        DIFFERS, "exchange_chain", ("link",)),
    "a line moves into the chain of a day": (
        "UPDATE exchange_chain SET name = '2027-01-01' WHERE number = 1",
        DIFFERS, "exchange_chain", ("link",)),
    "a line moves to another person": (
        f"UPDATE exchange_chain SET who = '{'0' * 64}' WHERE number = 1",
        DIFFERS, "exchange_chain", ("link",)),
    "a head is another": (
        f"UPDATE exchange_chain SET head = '{'0' * 64}' WHERE number = 1",
        DIFFERS, "exchange_chain", ("head",)),
    "an ended grant is revived": (
        f"UPDATE exchange_grant SET state = 'in_effect', end_reason = NULL WHERE {ENDED}",
        DIFFERS, "exchange_grant", ("kind",)),
    "a grant lasts for ever": (
        "UPDATE exchange_grant SET ends = '2999-12-31' WHERE state = 'in_effect'",
        DIFFERS, "exchange_grant", ("valid_until",)),
    "a grant is for every service": (
        "UPDATE exchange_grant SET services = '[]' WHERE state = 'in_effect'",
        DIFFERS, "exchange_grant", ("commitment",)),
    "a grant is for every service, and its salt is gone": (
        "UPDATE exchange_grant SET services = '[]', salt = NULL WHERE state = 'in_effect'",
        DIFFERS, "exchange_grant", ("salt",)),
    "a grant is deleted": (
        f"DELETE FROM exchange_grant WHERE {ENDED}", ENTRY, "exchange_grant", ()),
    "a grant was never ended, says its row with the entry of its beginning": (
        (f"UPDATE exchange_grant SET state = 'in_effect', end_reason = NULL, ended_at = NULL,"
        f" reason = '', entry = (SELECT min(id) FROM ledger_entry WHERE kind = 'grant_given')"
        f" WHERE {ENDED}"), ENTRY, "exchange_grant", ()),
    "a grant appears that nobody gave": (
        (f"INSERT INTO exchange_grant ({', '.join(FORGED)}) SELECT {', '.join(FORGED.values())}"
        f" FROM exchange_grant WHERE {ENDED}"), ROW, "exchange_grant", ()),
    "approved becomes refused": (
        f"UPDATE services_decision SET outcome = 'refused' WHERE {APPROVED}",
        DIFFERS, "services_decision", ("outcome",)),
    "another clerk decided": (
        f"UPDATE services_decision SET decided_by = 'zhao' WHERE {APPROVED}",
        DIFFERS, "services_decision", ("by",)),
    "only the case says that it was refused": (
        f"UPDATE services_case SET outcome = 'refused' WHERE {APPROVED}",
        DIFFERS, "services_decision", ("case.outcome",)),
    "a decision is deleted": (
        f"DELETE FROM services_decision WHERE {APPROVED}", ENTRY, "services_case", ()),
    "a closed case runs again": (
        "UPDATE services_case SET state = 'deciding' WHERE state = 'closed'",
        DIFFERS, "services_case", ("state",)),
    "what opens an entry is deleted": (
        "DELETE FROM services_opening", ENTRY, "services_case", ()),
    "the last day of a running case moves to 2030": (
        "UPDATE services_case SET promised_due = '2030-01-01' WHERE state = 'reviewing'",
        DIFFERS, "services_case", ("promised_due",)),
    "the last day by law of a closed case moves to 2030": (
        "UPDATE services_case SET statutory_due = '2030-01-01' WHERE state = 'closed'",
        DIFFERS, "services_case", ("statutory_due",)),
    "a running case was never accepted": (
        "UPDATE services_case SET accepted_on = NULL WHERE state = 'reviewing'",
        DIFFERS, "services_case", ("accepted_on",)),
    "a case is given to another account": (
        f"UPDATE services_case SET account = 'stranger' WHERE {APPROVED}",
        DIFFERS, "services_case", ("account",)),
    "a case is about another person": (
        f"UPDATE services_case SET subject_index = '{'0' * 64}' WHERE {APPROVED}",
        DIFFERS, "services_case", ("subject",)),
    "a case is another's application": (
        ("UPDATE services_case SET applicant = (SELECT personal FROM certificates_certificate LIMIT 1)"
        f" WHERE {APPROVED}"), DIFFERS, "services_case", ("applicant",)),
    "a running case is withdrawn by nobody": (
        "UPDATE services_case SET state = 'withdrawn' WHERE state = 'reviewing'",
        DIFFERS, "services_case", ("state",)),
    "a case is deleted with everything on it": (
        "DELETE FROM services_case WHERE state = 'reviewing'", ENTRY, "services_case", ()),
    "a line of a history says another clerk": (
        "UPDATE services_happening SET actor = 'zhao' WHERE what = 'accepted'",
        DIFFERS, "services_case", ("history",)),
    "a line of a history is deleted": (
        "DELETE FROM services_happening WHERE what = 'accepted'",
        DIFFERS, "services_case", ("history",)),
    "a case goes back to what it was, with the entry of then": (
        ("UPDATE services_case SET state = 'submitted', accepted_on = NULL, entry = (SELECT min(entry)"
        " FROM services_opening WHERE case_id = services_case.id) WHERE state = 'reviewing'"),
        DIFFERS, "services_case", ("entry",)),
    "a case says of itself that no entry speaks of it": (
        "UPDATE services_case SET entry = '' WHERE state = 'reviewing'", ROW, "services_case", ()),
    "a step under way is in another clerk's hand": (
        "UPDATE services_step SET clerk = 'zhao' WHERE state <> 'done'",
        DIFFERS, "services_case", ("steps",)),
    "a step that was done is open again": (
        "UPDATE services_step SET state = 'open' WHERE state = 'done'",
        DIFFERS, "services_case", ("steps",)),
    "an opinion of a review is another's": (
        "UPDATE services_step SET department = '470181-police' WHERE kind = 'review'",
        DIFFERS, "services_case", ("steps",)),
    "an answer on a case under way is deleted": (
        (f"DELETE FROM services_value WHERE case_id IN ({UNDER_WAY})"),
        DIFFERS, "services_case", ("values",)),
    "an answer says that a department gave it": (
        "UPDATE services_value SET origin = 'fetched' WHERE origin = 'asked'",
        DIFFERS, "services_case", ("values",)),
    "consent was never given": (
        f"UPDATE services_consent SET choice = 'refused' WHERE case_id IN ({UNDER_WAY})",
        DIFFERS, "services_case", ("consents",)),
    "a paper appears that nobody handed in": (
        ("INSERT INTO services_attachment (id, case_id, material, file_name, media_type, digest, size, at)"
        " SELECT id, id, 'm', applicant, 'application/pdf', account, 1, created_at FROM services_case"
        " WHERE state = 'reviewing'"), DIFFERS, "services_case", ("attachments",)),
    "a draft is deleted": (
        "DELETE FROM services_case WHERE state = 'draft'", ENTRY, "services_case", ()),
    "a draft is another account's": (
        "UPDATE services_case SET account = 'stranger' WHERE state = 'draft'",
        DIFFERS, "services_case", ("account",)),
    "a draft says of itself that no entry speaks of it": (
        "UPDATE services_case SET entry = '' WHERE state = 'draft'", ROW, "services_case", ()),
    "a case under way is a draft again": (
        "UPDATE services_case SET state = 'draft' WHERE state = 'reviewing'",
        DIFFERS, "services_case", ("kind",)),
    "what was erased is forgotten": (
        "DELETE FROM ledger_erasure", ENTRY, "ledger_erasure", ()),
    "an erasure is said to be of another entry": (
        "UPDATE ledger_erasure SET erased = (SELECT entry FROM services_case WHERE state = 'reviewing')",
        DIFFERS, "ledger_erasure", ("commitment",)),
    "a look is deleted": (
        "DELETE FROM exchange_look WHERE kind = 'opened'", ENTRY, "exchange_look", ()),
    "what a look showed besides is deleted": (
        "DELETE FROM exchange_look WHERE times = 0", ENTRY, "exchange_look", ()),
    "a look was another clerk's": (
        "UPDATE exchange_look SET account = 'zhao' WHERE kind = 'case'",
        DIFFERS, "exchange_look", ("commitment",)),
    "a look showed more than it did": (
        "UPDATE exchange_look SET elements = '[\"person.name\", \"person.phone\"]' WHERE kind = 'case'",
        DIFFERS, "exchange_look", ("commitment",)),
    "a look had another reason": (
        "UPDATE exchange_look SET reason = 'help' WHERE kind = 'opened'",
        DIFFERS, "exchange_look", ("reason",)),
    "a look is hidden from whom it is about": (
        f"UPDATE exchange_look SET subject_index = '{'0' * 64}'",
        DIFFERS, "exchange_look", ("subject_sealed",)),
    "a look appears that nobody made": (
        ("INSERT INTO exchange_look SELECT {} FROM exchange_look WHERE kind = 'opened'".format(
            ", ".join(_forged("exchange_look", id="'forged'", entry="''")))),
        ROW, "exchange_look", ()),
    "nobody agreed, says the agreement": (
        "UPDATE exchange_agreement SET state = 'refused' WHERE state = 'agreed'",
        DIFFERS, "exchange_agreement", ("outcome",)),
    "somebody agreed, says the agreement": (
        "UPDATE exchange_agreement SET state = 'agreed' WHERE state = 'requested'",
        DIFFERS, "exchange_agreement", ("kind",)),
    "another person agreed": (
        "UPDATE exchange_agreement SET decided_by = 'zhao' WHERE state = 'agreed'",
        DIFFERS, "exchange_agreement", ("commitment",)),
    "more was agreed to": (
        "UPDATE exchange_agreement SET number = 300 WHERE state = 'agreed'",
        DIFFERS, "exchange_agreement", ("reads",)),
    "it was agreed for another reader": (
        "UPDATE exchange_agreement SET reader = 'staff:zhao' WHERE state = 'agreed'",
        DIFFERS, "exchange_agreement", ("commitment",)),
    "an agreement is deleted": (
        "DELETE FROM exchange_agreement WHERE state = 'agreed'", ENTRY, "exchange_agreement", ()),
    "an alarm is closed by nobody": (
        "UPDATE exchange_alarm SET state = 'looked_at' WHERE state = 'open'",
        DIFFERS, "exchange_alarm", ("status",)),
    "an alarm is about another": (
        "UPDATE exchange_alarm SET who = 'staff:zhao' WHERE state = 'open'",
        DIFFERS, "exchange_alarm", ("commitment",)),
    "what was found of an alarm is something else": (
        "UPDATE exchange_alarm SET words = '无事' WHERE state = 'looked_at'",
        DIFFERS, "exchange_alarm", ("commitment",)),
    "an alarm is deleted": (
        "DELETE FROM exchange_alarm WHERE state = 'open'", ENTRY, "exchange_alarm", ()),
    "an alarm is forgotten by its entry": (
        "UPDATE exchange_alarm SET status_entry = '' WHERE state = 'open'",
        ROW, "exchange_alarm", ()),
    "a resident is made administrator": (
        ("UPDATE identity_account SET kind = 'staff', roles = '[\"administrator\"]' WHERE login ="
        " 'resident'"), ROW, "identity_account", ()),
    "a clerk is made administrator": (
        "UPDATE identity_account SET roles = '[\"administrator\"]' WHERE login = 'clerk'",
        DIFFERS, "identity_account", ("roles",)),
    "a clerk works elsewhere": (
        "UPDATE identity_account SET department = 'x' WHERE login = 'clerk'",
        DIFFERS, "identity_account", ("department",)),
    "who left is back": (
        "UPDATE identity_account SET state = 'active' WHERE login = 'left'",
        DIFFERS, "identity_account", ("status",)),
    "who left is back with the entry of then": (
        ("UPDATE identity_account SET state = 'active', entry = (SELECT min(id) FROM ledger_entry WHERE"
        " kind = 'staff_changed' AND id > (SELECT entry FROM identity_account WHERE login = 'clerk'))"
        " WHERE login = 'left'"), ENTRY, "identity_account", ()),
    "a clerk is another person": (
        "UPDATE identity_account SET login = 'another' WHERE login = 'clerk'",
        DIFFERS, "identity_account", ("commitment",)),
    "a card was never drawn": (
        "DELETE FROM supervision_card WHERE state = 'open'", ENTRY, "supervision_card", ()),
    "a red card is yellow": (
        "UPDATE supervision_card SET colour = 'yellow' WHERE state = 'open'",
        DIFFERS, "supervision_card", ("colour",)),
    "a card is answered by nobody": (
        "UPDATE supervision_card SET state = 'replied' WHERE state = 'open'",
        DIFFERS, "supervision_card", ("status",)),
    "a reply says something else": (
        "UPDATE supervision_card SET words = '无事' WHERE state = 'replied'",
        DIFFERS, "supervision_card", ("commitment",)),
    "a card has until 2030 to be answered": (
        "UPDATE supervision_card SET reply_due = '2030-01-01' WHERE state = 'open'",
        DIFFERS, "supervision_card", ("commitment",)),
    "a package is another": (
        f"UPDATE archive_package SET digest = '{'0' * 64}'",
        DIFFERS, "archive_package", ("commitment",)),
    "a package is of another case": (
        "UPDATE archive_package SET name = name || '-2'",
        DIFFERS, "archive_package", ("commitment",)),
    "a package is deleted": ("DELETE FROM archive_package", ENTRY, "archive_package", ()),
    "an indicator of yesterday is better": (
        "UPDATE evaluation_reading SET numerator = 2, value = 1 WHERE day = '2026-11-23'",
        DIFFERS, "evaluation_reading", ("readings",)),
    "an indicator of yesterday is deleted": (
        "DELETE FROM evaluation_reading WHERE day = '2026-11-23'",
        DIFFERS, "evaluation_reading", ("measures",)),
    "yesterday has no entry": ("DELETE FROM evaluation_day", ENTRY, "evaluation_reading", ()),
    "a service says something else": (
        ("UPDATE kit_shelf SET content = replace(content, '灵活就业', '临时'), digest = digest || ''"
        " WHERE part = 'services'"), DIFFERS, "kit_shelf", ("services flexible-employment-subsidy 1",)),
    "a retired definition is current": (
        "UPDATE kit_shelf SET current = NOT current WHERE part = 'services'",
        DIFFERS, "kit_shelf", ("services flexible-employment-subsidy 1",)),
    "a definition is deleted": (
        "DELETE FROM kit_shelf WHERE part = 'certificates'",
        DIFFERS, "kit_shelf", ("certificates subsidy-decision 1",)),
    "what was adopted is forgotten": ("DELETE FROM kit_shelf_listing", ENTRY, "kit_shelf", ()),
    "a certificate is deleted": (
        f"DELETE FROM certificates_certificate WHERE {VALID}", ENTRY, "certificates_certificate", ()),
    "a certificate is revoked by nobody": (
        f"UPDATE certificates_certificate SET state = 'revoked' WHERE {VALID}",
        DIFFERS, "certificates_certificate", ("state",)),
    "a revoked certificate is valid again": (
        f"UPDATE certificates_certificate SET state = 'valid', revoked_at = NULL WHERE {REVOKED}",
        DIFFERS, "certificates_certificate", ("kind",)),
    "a revoked certificate is valid again and its entry forgotten": (
        f"UPDATE certificates_certificate SET state = 'valid', status_entry = '' WHERE {REVOKED}",
        ENTRY, "certificates_certificate", ()),
    "a certificate is given to another": (
        f"UPDATE certificates_certificate SET holder_index = '{'0' * 64}' WHERE {VALID}",
        UNREADABLE, "certificates_certificate", ()),
    "a certificate is another document": (
        f"UPDATE certificates_certificate SET pdf_hash = '{'0' * 64}' WHERE {VALID}",
        DIFFERS, "certificates_certificate", ("pdf_sha256",)),
    "a certificate never ends": (
        f"UPDATE certificates_certificate SET valid_until = '2999-12-31' WHERE {VALID}",
        DIFFERS, "certificates_certificate", ("valid_until",)),
}  # fmt: skip
"""What is done, what is found of it, in which table, and in which fields."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def city(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, Rows]]:
    """The city on each kind of database, made once, and every row of it."""
    folder = tmp_path_factory.mktemp("city")
    if request.param == "sqlite":
        database, server, name = testing.sqlite_database(folder), "", ""
    else:
        server, name = request.getfixturevalue("postgresql_server"), testing.new_name("audit")
        database = testing.postgresql_database(server, name)
    audited.found(database, folder)
    yield database, audited.kept(database)
    database.close()
    if server:
        testing.drop(server, name)


@pytest.fixture
def database(city: tuple[Database, Rows]) -> Iterator[Database]:
    """The city, brought back after each test to what it was."""
    made, rows = city
    yield made
    audited.bring_back(made, rows)


def test_a_city_that_nobody_touched_agrees_with_its_ledger(database: Database) -> None:
    run = audited.audited(database)
    assert standing(database) == []
    assert run.ended_at is not None
    assert run.rows > 10


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_changed_past_the_system_is_found(database: Database, name: str) -> None:
    statement, kind, table, fields = ATTACKS[name]
    attack(database, *statement.split(";"))
    with database.read() as reader:
        assert ledger.audit(reader.connection).sound, "the log itself is what it was"
    audited.audited(database)
    found = standing(database)
    assert any(
        one.kind is kind and one.table == table and set(fields) <= set(one.fields) for one in found
    ), found
