"""The issuing department finds what it issued and revokes it; nobody else sees or does either."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from tests.builders import certificates as made
from tests.builders import identity, web

from tongban.kernel.actors import Actor
from tongban.kernel.masks import HIDDEN
from tongban.kernel.subjects import SubjectKind
from tongban.kit import shelf
from tongban.kit.db import Database, Unit
from tongban.kit.house import House
from tongban.modules.catalog.definition import ElementDefinition
from tongban.modules.certificates import pages, queries
from tongban.modules.certificates.definition import (
    CertificateFieldDefinition,
    CertificateTypeDefinition,
)
from tongban.modules.certificates.model import Certificate, Seen, State

SEEN = Seen(whole=frozenset({"name"}), by_mask=frozenset({"months"}))
"""What a step needs of the subsidy's decision: who it is about, and the months by their mask."""
REASON, BASIS = "以虚假材料取得。", "《中华人民共和国行政许可法》第六十九条第二款"


@contextmanager
def staff(running: House, role: str = "reviewer", department: str = "hr") -> Iterator[web.Browser]:
    """A browser of a member of staff; a reviewer decides, a clerk does not."""
    account = identity.staff(running.db, f"{role}-{department}", role, department=department)
    with web.browser(running, pages.HANDLERS) as browser:
        browser.sign_in(running.db, account.id)
        yield browser


def _state(running: House, certificate: Certificate) -> State:
    with running.db.read() as reader:
        return queries.certificate(reader, certificate.id).state


def test_a_decider_finds_a_certificate_by_its_case_and_revokes_it(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    with staff(running) as browser:
        listed = browser.get(f"/work/certificates?q={certificate.case_number}")
        assert f"/work/certificates/{certificate.id}" in listed.text
        assert "没有符合条件的证照" in browser.get("/work/certificates?q=1").text
        spaced = f"+{certificate.case_number[:8]}-{certificate.case_number[8:]}"
        found = browser.get(f"/work/certificates?q={spaced}").text
        assert f"/work/certificates/{certificate.id}" in found
        assert "没有符合条件的证照" in browser.get("/work/certificates?state=revoked").text
        path = f"/work/certificates/{certificate.id}/revoke"
        assert "撤销立即生效，不能恢复" in browser.get(path).text
        after = browser.send(path, reason=REASON, basis=BASIS, confirmed="yes")
        assert REASON in after.text
        assert BASIS in after.text
        assert "已撤销" in after.text
        assert path not in after.text
        assert "证照已被撤销" in browser.get(f"/v/{certificate.code}").text
        assert browser.get(path).url.path == f"/work/certificates/{certificate.id}"
    assert _state(running, certificate) is State.REVOKED


def test_without_reason_basis_and_confirmation_nothing_is_revoked_or_lost(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    path = f"/work/certificates/{certificate.id}/revoke"
    with staff(running) as browser:
        browser.get(path)
        empty = browser.send(path)
        assert empty.status_code == 422
        for words in ("请写明撤销的理由", "请写明撤销的法律依据", "请先勾选确认"):
            assert empty.text.count(words) == 2, words
        unconfirmed = browser.send(path, reason=REASON, basis=BASIS)
        assert unconfirmed.status_code == 422
        assert REASON in unconfirmed.text
        assert BASIS in unconfirmed.text
        long = browser.send(path, reason=REASON, basis="条" * 501, confirmed="yes")
        assert long.status_code == 422
        assert "最多写 500 个字" in long.text
    assert _state(running, certificate) is State.VALID


def test_a_forged_form_revokes_nothing(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    with staff(running) as browser:
        path = f"/work/certificates/{certificate.id}/revoke"
        forged = {"reason": REASON, "basis": BASIS, "confirmed": "yes", "csrf": "0" * 48}
        assert browser.client.post(path, data=forged).status_code == 403
    assert _state(running, certificate) is State.VALID


def test_another_department_and_those_who_do_not_decide_see_nothing(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    path = f"/work/certificates/{certificate.id}"
    with staff(running, department="civil") as browser:
        assert browser.get(path).status_code == 404
        assert browser.get(f"{path}/revoke").status_code == 404
        assert certificate.id not in browser.get("/work/certificates").text
        given = {"reason": REASON, "basis": BASIS, "confirmed": "yes"}
        browser.get("/work/certificates")
        assert browser.send(f"{path}/revoke", **given).status_code in (403, 404)
    with staff(running, role="clerk") as browser:
        assert browser.get("/work/certificates").status_code == 403
    assert _state(running, certificate) is State.VALID


def test_a_department_lists_only_its_own(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    made.sealed(running)
    with running.db.read() as reader:
        assert queries.issued_by(reader, made.DECIDER)[1] == 1
        nobody = Actor(made.DECIDER.kind, account="x", duties=made.DECIDER.duties)
        assert queries.issued_by(reader, nobody)[1] == 0


def test_what_an_element_masks_is_masked_for_staff_and_whole_for_its_holder(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    element = ElementDefinition(
        code="person.subsidy_months", name="月数", subject=SubjectKind.PERSON, mask="all"
    )
    fields = tuple(
        msgspec.structs.replace(field, element=element.code) if field.code == "months" else field
        for field in made.SUBSIDY.fields
    )
    changed = msgspec.structs.replace(made.SUBSIDY, fields=fields)

    def adopt(unit: Unit) -> None:
        shelf.put(unit, "elements", element.code, 1, element)
        shelf.put(unit, queries.PART, changed.code, 1, changed)

    database.write(adopt)
    certificate = made.sealed(running)
    with staff(running) as browser:
        page = browser.get(f"/work/certificates/{certificate.id}").text
    line = next(line for line in certificate.lines if line.code == "months")
    with running.db.read() as reader:
        rows = queries.shown_to_staff(reader, certificate, "zh", SEEN)
    shown = {each.code: words for each, words in rows}
    assert shown["months"] == shown["amount"] == HIDDEN
    assert HIDDEN in page
    assert queries.words(line, "zh") == "12"
    assert shown["name"] == "王小敏"


def test_a_line_that_its_kind_no_longer_names_stays_masked_and_an_unknown_one_is_hidden(
    database: Database, tmp_path: Path
) -> None:
    """The kind is asked as it was when the certificate was issued."""
    running = made.house(database, tmp_path)
    element = ElementDefinition(
        code="person.subsidy_months", name="月数", subject=SubjectKind.PERSON, mask="all"
    )

    def meaning(*fields: CertificateFieldDefinition) -> CertificateTypeDefinition:
        return msgspec.structs.replace(made.SUBSIDY, fields=fields)

    issued = meaning(
        *(
            msgspec.structs.replace(field, element=element.code if field.code == "months" else "")
            for field in made.SUBSIDY.fields
        )
    )
    renamed = meaning(
        *(
            msgspec.structs.replace(field, code="term" if field.code == "months" else field.code)
            for field in made.SUBSIDY.fields
        )
    )

    def adopt(version: int, kind: CertificateTypeDefinition) -> None:
        database.write(lambda unit: shelf.put(unit, queries.PART, kind.code, version, kind))

    database.write(lambda unit: shelf.put(unit, "elements", element.code, 1, element))
    adopt(1, issued)
    certificate = made.sealed(running)

    def months(found: Certificate = certificate) -> str:
        with running.db.read() as reader:
            rows = queries.shown_to_staff(reader, found, "zh", SEEN)
        return {line.code: words for line, words in rows}["months"]

    adopt(2, renamed)
    assert months() == HIDDEN
    database.write(lambda unit: shelf.put(unit, queries.PART, issued.code, 1, renamed))
    assert months() == HIDDEN, "the kind of its time does not name the line"
    unmasked = msgspec.structs.replace(element, mask="")
    database.write(lambda unit: shelf.put(unit, queries.PART, issued.code, 1, issued))
    database.write(lambda unit: shelf.put(unit, "elements", element.code, 1, unmasked))
    assert months() == "12"
    database.write(lambda unit: shelf.retire(unit, "elements", element.code))
    assert months() == HIDDEN, "nobody knows any more how it is shown"
    assert months(msgspec.structs.replace(certificate, type_version=9)) == HIDDEN


def test_where_nobody_says_what_staff_need_they_see_nothing_of_what_it_says(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    with staff(running) as browser:
        for path in ("", f"/{certificate.id}", f"/{certificate.id}/revoke", "/export.csv"):
            page = browser.get(f"/work/certificates{path}").content.decode("utf-8-sig")
            for secret in ("王小敏", "7,000", "2026年1月1日"):
                assert secret not in page, path


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2026112400", "位数不对"),
        ("20261124002000X1", "除最后一位以外都是数字"),
        ("202611240020001A", "校验码）对不上"),
        ("AAAABBBBCCCCDDDDEEEEFFFFGG", "这是证照的查验码"),
        ("1.2.156.3005.2.114701810170104403001.1", "缺了或者多了一段"),
        (
            "1.2.156.3005.2.114701810170104403001.114701810170104403.0000001.001.A",
            "最后一段）对不上",
        ),
        ("202611240020001L", "请输入完整的办件编号或证照标识"),
    ],
)
def test_a_number_that_nothing_issued_can_bear_is_told_what_of_it_is_wrong(
    database: Database, tmp_path: Path, typed: str, told: str
) -> None:
    running = made.house(database, tmp_path)
    with staff(running) as browser:
        assert told in browser.get(f"/work/certificates?q={typed}").text
