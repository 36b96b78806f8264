"""What a stranger is told, and what a holder sees."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from tests.builders import certificates as made
from tests.builders import identity, web

from tongban.kernel.errors import Refusal
from tongban.kernel.subjects import SubjectKind
from tongban.kit import http, shelf
from tongban.kit.db import Database, Unit
from tongban.kit.house import House
from tongban.modules.catalog.definition import ElementDefinition, ElementType
from tongban.modules.certificates import actions, pages, routes
from tongban.modules.certificates.definition import (
    CertificateFieldDefinition,
    CertificateTypeDefinition,
)
from tongban.modules.certificates.formats import kinds
from tongban.modules.certificates.model import Certificate
from tongban.modules.identity.actions import demonstration_sign_in as sign_in

HANDLERS = (*pages.HANDLERS, *routes.HANDLERS)


@contextmanager
def visitor(running: House) -> Iterator[web.Browser]:
    with web.browser(running, HANDLERS) as browser:
        yield browser


@contextmanager
def holder(running: House) -> Iterator[web.Browser]:
    """A browser of the resident who holds the certificates."""
    account = running.db.write(lambda unit: identity.adopt_account(unit, identity.resident()))
    with web.browser(running, HANDLERS) as browser:
        browser.sign_in(running.db, account.id)
        yield browser


def _verify(browser: web.Browser, **fields: Any) -> httpx.Response:
    browser.client.cookies.set("tongban_language", "en")
    browser.get("/certificates/verify")
    return browser.send("/certificates/verify", **fields)


def _upload(browser: web.Browser, content: bytes) -> httpx.Response:
    browser.get("/certificates/verify")
    return browser.client.post(
        "/certificates/verify",
        data={"csrf": browser._token},
        files={"file": ("certificate.pdf", content, "application/pdf")},
    )


def test_a_scanned_code_tells_a_stranger_that_it_is_genuine_and_not_the_whole_name(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    with visitor(running) as browser:
        answer = browser.get(f"/v/{certificate.code}")
    assert answer.status_code == 200
    assert "证照真实、有效" in answer.text
    assert "王**" in answer.text
    assert "王小敏" not in answer.text
    assert "7,000" not in answer.text
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_typed_code_may_have_hyphens_and_small_letters(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    code = made.sealed(running).code.lower()
    with visitor(running) as browser:
        answer = _verify(browser, code=f"{code[:4]}-{code[4:10]} {code[10:]}")
    assert "Genuine and in force" in answer.text


def test_an_unknown_code_is_told_plainly_with_what_to_do(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    with visitor(running) as browser:
        typed = _verify(browser, code="A" * 26)
        nonsense = _verify(browser, code="hello")
        scanned = browser.get("/v/" + "A" * 26)
    assert (typed.status_code, scanned.status_code) == (422, 404)
    assert 'href="#code"' in typed.text
    assert f'value="{"A" * 26}"' in typed.text
    assert "26 letters" in nonsense.text
    assert "No such certificate" in scanned.text
    assert "Check the code" in scanned.text


def test_two_things_at_once_are_not_half_answered(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    code = made.sealed(running).code
    with visitor(running) as browser:
        answer = _verify(browser, code=code, credential="eyJ")
    assert answer.status_code == 422
    assert "one at a time" in answer.text
    assert code in answer.text


def test_what_is_being_sealed_is_not_in_force_yet(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    certificate = made.issued(running)
    with visitor(running) as browser:
        answer = browser.get(f"/v/{certificate.code}?lang=en")
    assert "being sealed" in answer.text


def test_nothing_given_is_an_error_that_keeps_the_page(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    with visitor(running) as browser:
        answer = _verify(browser)
    assert answer.status_code == 422
    assert "Enter a code" in answer.text


def test_an_uploaded_original_is_recognised_and_a_changed_one_is_not(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    pdf, _ = made.documents(running, made.sealed(running))
    changed = bytearray(pdf)
    changed[len(pdf) // 2] ^= 1
    with visitor(running) as browser:
        assert "证照真实、有效" in _upload(browser, pdf).text
        assert "没有查到" in _upload(browser, bytes(changed)).text
        assert "文件已被改动" in _upload(browser, pdf + b"\n%%EOF more").text
        assert "没有查到" in _upload(browser, b"\x00\xff not a document").text


def test_a_huge_upload_is_refused(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    with visitor(running) as browser:
        answer = _upload(browser, b"%PDF-" + b"0" * ((8 << 20) + 10))
    assert answer.status_code in (413, 422)
    assert "8 MB" in answer.text


def test_a_revoked_certificate_says_so_at_once_and_in_its_status_list(
    database: Database, tmp_path: Path
) -> None:
    from tongban.modules.certificates.formats import credential, jws

    running = made.house(database, tmp_path)
    certificate, other = made.sealed(running), made.sealed(running)
    _, text = made.documents(running, certificate)
    _, another = made.documents(running, other)
    database.write(
        lambda unit: actions.revoke(unit, made.DECIDER, certificate.id, "错发", "《行政许可法》")
    )
    with visitor(running) as browser:
        assert "证照已被撤销" in browser.get(f"/v/{certificate.code}").text
        answer = browser.get("/certificates/status/1")
        trust = browser.get("/certificates/trust.pem").content
        assert browser.get("/certificates/status/7").status_code == 404
    assert answer.headers["content-type"].startswith("application/statuslist+jwt")
    anchors = jws.read_anchors(trust)
    now = database.clock.now()
    for one, revoked in ((text, True), (another, False)):
        claims = credential.verify(one, anchors, now).claims
        assert credential.is_revoked(claims, answer.text, anchors, now) is revoked


def test_a_pasted_credential_shows_only_what_it_discloses(
    database: Database, tmp_path: Path
) -> None:
    from tongban.modules.certificates.formats import credential

    running = made.house(database, tmp_path)
    _, text = made.documents(running, made.sealed(running))
    with visitor(running) as browser:
        some = _verify(browser, credential=credential.present(text, ["months"])).text
        whole = _verify(browser, credential=text).text
        broken = _verify(browser, credential=text[:-30]).text
    assert "Months" in some
    assert "¥7,000.00" not in some
    assert "¥7,000.00" in whole
    assert "No such certificate" in broken


@pytest.mark.parametrize(
    "path", ["/my/certificates", "/my/certificates/x", "/my/certificates/x/pdf"]
)
def test_holders_pages_need_a_signed_in_person(
    database: Database, tmp_path: Path, path: str
) -> None:
    running = made.house(database, tmp_path)
    with visitor(running) as browser:
        assert browser.get(path).status_code == 401


def test_the_issuer_and_the_type_say_who_they_are(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    made.sealed(running)
    with visitor(running) as browser:
        keys = browser.get("/.well-known/jwt-vc-issuer").json()["jwks"]["keys"]
        named = browser.get("/certificates/types/subsidy").json()
    assert [key["crv"] for key in keys] == ["P-256"]
    assert all("d" not in key for key in keys)
    assert named["display"][0]["name"] == "社会保险补贴决定书"
    assert [each["sd"] for each in named["claims"]] == ["never", "always", "always", "always"]


def test_a_kind_that_changed_or_is_over_still_describes_what_was_issued(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    field = certificate_fields(made.SUBSIDY)
    later = msgspec.structs.replace(
        made.SUBSIDY,
        retired=True,
        fields=(
            field["name"],
            msgspec.structs.replace(field["months"], type="text"),
            CertificateFieldDefinition(code="status", name={"zh": "状况", "en": "State"}),
            CertificateFieldDefinition(code="kind", name="类别", element="person.marital_status"),
        ),
    )
    marital = ElementDefinition(
        code="person.marital_status",
        name="婚姻状况",
        subject=SubjectKind.PERSON,
        type=ElementType.CODE,
        codes={"10": {"zh": "未婚", "en": "never married"}},
    )

    def adopt(unit: Unit) -> None:
        shelf.put(unit, "elements", marital.code, 1, marital)
        shelf.put(unit, "certificates", later.code, 2, later)

    database.write(adopt)
    with visitor(running) as browser:
        answer = browser.get("/certificates/types/subsidy")
    vct = answer.json()["vct"]
    claims = kinds.read(answer.content, vct)
    assert list(claims) == ["name", "months", "field_status", "kind", "amount", "since"]
    assert [each.type for each in claims.values()] == ["text", "", "text", "code", "money", "date"]
    assert kinds.words("kind", "10", claims, "en") == "never married"
    assert kinds.words("months", 12, claims, "en") == "12"
    with pytest.raises(Refusal):
        kinds.read(answer.content, vct + "-other")


def certificate_fields(
    kind: CertificateTypeDefinition,
) -> dict[str, CertificateFieldDefinition]:
    return {field.code: field for field in kind.fields}


def test_a_holder_sees_downloads_and_shows_a_part(database: Database, tmp_path: Path) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    with holder(running) as browser:
        assert "社会保险补贴决定书" in browser.get("/my/certificates").text
        page = browser.get(f"/my/certificates/{certificate.id}").text
        assert "¥7,000.00" in page
        pdf = browser.get(f"/my/certificates/{certificate.id}/pdf")
        assert hashlib.sha256(pdf.content).hexdigest() == certificate.pdf_hash
        whole = browser.get(f"/my/certificates/{certificate.id}/credential").text
        shown = browser.send(f"/my/certificates/{certificate.id}", fields="months").text
        opening = browser.get(f"/my/certificates/{certificate.id}/opening").json()
    assert opening["facts"]["pdf_sha256"] == certificate.pdf_hash
    presentation = _presentation(shown)
    assert presentation.count("~") == 2
    assert presentation.split("~")[0] == whole.split("~")[0]
    assert presentation.split("~")[1] in whole.split("~")


def test_a_certificate_that_waits_for_its_seal_says_so_in_words(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.issued(running)
    with holder(running) as browser:
        page = browser.get(f"/my/certificates/{certificate.id}").text
    assert "正在签章" in page
    assert "certificates.tag" not in page
    assert "tb-certificate__seal" not in page


def test_what_was_revoked_is_shown_without_a_seal_and_presented_to_nobody(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    path = f"/my/certificates/{certificate.id}"
    with holder(running) as browser:
        assert "生成出示凭证" in browser.get(path).text
        database.write(
            lambda unit: actions.revoke(
                unit, made.DECIDER, certificate.id, "错发", "《行政许可法》"
            )
        )
        late = browser.send(path, fields="months")
        page = browser.get(path).text
    assert late.status_code == 409
    assert "不能出示" in late.text
    assert "生成出示凭证" not in page
    assert "tb-certificate__seal--over" in page


def _presentation(page: str) -> str:
    return page.split('aria-describedby="presentation-hint">')[1].split("</textarea>")[0].strip()


def test_anothers_certificate_does_not_exist_for_me(database: Database, tmp_path: Path) -> None:
    import msgspec

    from tongban.kernel.subjects import SubjectKind, SubjectRef

    running = made.house(database, tmp_path)
    asked = msgspec.structs.replace(
        made.request(), holder=SubjectRef(SubjectKind.PERSON, "110101198001010014")
    )
    other: Certificate = database.write(lambda unit: actions.issue(unit, asked))
    with holder(running) as browser:
        for tail in ("", "/pdf", "/credential", "/opening"):
            assert browser.get(f"/my/certificates/{other.id}{tail}").status_code == 404
        assert "还没有电子证照" in browser.get("/my/certificates").text


def test_ones_own_certificate_says_that_one_acts_for_somebody_else(
    database: Database, tmp_path: Path
) -> None:
    running = made.house(database, tmp_path)
    certificate = made.sealed(running)
    declared = identity.resident(identity.CREDIT_CODE)
    account = database.write(lambda unit: identity.adopt_account(unit, declared))
    with web.browser(running, HANDLERS) as browser:
        opened = database.write(lambda unit: sign_in(unit, account.id))
        browser.client.cookies.set(http.SESSION_COOKIE, opened.token)
        answer = browser.get(f"/my/certificates/{certificate.id}")
        assert answer.status_code == 403
        assert 'href="/account"' in answer.text
        assert browser.get("/my/certificates/unknown").status_code == 404
