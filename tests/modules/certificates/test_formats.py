"""Seals, signatures and credentials: what holds, and everything that must not."""

import base64
import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws as joserfc
from joserfc.jwk import ECKey, OctKey
from pypdf import PdfReader, PdfWriter
from tests.builders import certificates as made
from tests.builders.certificates import TYPEFACES

from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.kit.crypto.signing import ES256
from tongban.modules.certificates.adapters.authority import FileSealer
from tongban.modules.certificates.commands import certificate as command
from tongban.modules.certificates.formats import (
    credential,
    document,
    jws,
    kinds,
    sdjwt,
    seals,
    status,
)
from tongban.modules.certificates.model import Certificate, SealIdentity

NOW = testing.MORNING
IDENTITY = SealIdentity(
    department="hr",
    department_name="人力资源和社会保障局",
    credit_code="11470181017010440X",
    government="云溪市",
    realm=Realm.DEMONSTRATION,
)


class Issued:
    """One certificate with its documents, the keys that made it, and whom to trust."""

    def __init__(self, folder: Path) -> None:
        database = testing.sqlite_database(folder)
        running = made.house(database, folder)
        self.certificate: Certificate = made.sealed(running)
        self.pdf, self.text = made.documents(running, self.certificate)
        self.sealer = FileSealer(folder / "keys", MovableClock(start=NOW), TYPEFACES)
        self.trust = self.sealer.anchors()
        self.anchors = jws.read_anchors(self.trust)
        database.close()


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return Issued(tmp_path_factory.mktemp("issued"))


def refused(reason: str) -> Any:
    """Expect the refusal of that reason."""
    return pytest.raises(Refusal, check=lambda refusal: refusal.data.get("reason") == reason)


# Documents ----------------------------------------------------------------------------------------


def test_a_sealed_document_says_which_department_sealed_it(issued: Issued) -> None:
    sealing = seals.verify_pdf(issued.pdf, issued.anchors, NOW)
    assert sealing.organisation == "人力资源和社会保障局"
    assert "演示" in sealing.subject
    assert sealing.at == NOW


def test_the_seal_lies_on_the_last_page_and_names_the_department(issued: Issued) -> None:
    pages = PdfReader(io.BytesIO(issued.pdf)).pages
    (seal,) = pages[-1].annotations or []
    box: Any = seal.get_object()
    assert [float(each) for each in box["/Rect"]] == [float(each) for each in document.SEAL_BOX]


def test_the_seal_hides_no_word(issued: Issued) -> None:
    left, low, right, high = document.SEAL_BOX
    under: list[str] = []

    def look(text: str, place: Any, *_font: Any) -> None:
        slant, x, y = float(place[1]), float(place[4]), float(place[5])
        if slant or not text.strip():  # the watermark, and what has no ink
            return
        if low < y < high and x < right and x + 4 * len(text.strip()) > left:
            under.append(text)

    PdfReader(io.BytesIO(issued.pdf)).pages[-1].extract_text(visitor_text=look)
    assert under == []


def test_the_same_certificate_gives_the_same_document(issued: Issued) -> None:
    around = document.Around(
        government="云溪市", issuer="人社局", address="http://127.0.0.1", realm=Realm.REAL
    )
    once = document.render(issued.certificate, around, TYPEFACES)
    assert once == document.render(issued.certificate, around, TYPEFACES)
    words = PdfReader(io.BytesIO(once)).pages[0].extract_text()
    assert "演示" not in words.replace("（演示规则）", "")


def test_what_a_trial_issues_says_so_on_page_seal_certificate_and_credential(
    issued: Issued, tmp_path: Path
) -> None:
    around = document.Around(
        government="云溪市", issuer="人社局", address="http://127.0.0.1", realm=Realm.TRIAL
    )
    words = (
        PdfReader(io.BytesIO(document.render(issued.certificate, around, TYPEFACES)))
        .pages[0]
        .extract_text()
    )
    assert "试运行样本　不具有法律效力" in words
    assert "演示" not in words.replace("（演示规则）", "")
    seal = PdfReader(io.BytesIO(document.render_seal("人社局", NOW, Realm.TRIAL, TYPEFACES)))
    assert "试运行·无法律效力" in seal.pages[0].extract_text()
    sealer = FileSealer(tmp_path, MovableClock(start=NOW), TYPEFACES)
    trial = msgspec.structs.replace(IDENTITY, realm=Realm.TRIAL)
    sealer.sign(trial, {}, b"{}")
    root, leaf = (
        x509.load_pem_x509_certificate((tmp_path / f"seal-{name}.crt").read_bytes())
        for name in ("authority", "hr")
    )
    assert "试运行" in root.subject.rfc4514_string()
    assert "试运行" in leaf.subject.rfc4514_string()
    assert credential.issuer_in("人社局", Realm.TRIAL) == "人社局（试运行，无法律效力）"
    assert credential.issuer_in("人社局", Realm.DEMONSTRATION) == "人社局"


def test_a_certificate_of_many_lines_goes_on_and_its_seal_stands_on_the_last_page(
    issued: Issued,
) -> None:
    lines = tuple(
        msgspec.structs.replace(issued.certificate.lines[1], code=f"x{number}")
        for number in range(60)
    )
    long = msgspec.structs.replace(issued.certificate, lines=lines)
    around = document.Around(
        government="云溪市", issuer="人社局", address="x", realm=Realm.DEMONSTRATION
    )
    sealed = issued.sealer.seal(IDENTITY, document.render(long, around, TYPEFACES), NOW)
    pages = PdfReader(io.BytesIO(sealed)).pages
    assert len(pages) > 1
    assert "/Annots" in pages[-1]
    assert "/Annots" not in pages[0]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.floats(0, 0.999), flip=st.integers(1, 255))
def test_no_altered_byte_goes_unnoticed(issued: Issued, place: float, flip: int) -> None:
    changed = bytearray(issued.pdf)
    # All but the signature itself, which is hexadecimal and padded: its padding says nothing.
    numbers = re.search(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) (\d+)", issued.pdf)
    assert numbers is not None
    first, second, length = map(int, numbers.groups())
    assert second + length == len(issued.pdf)
    at = int(place * (first + length))
    at = at if at < first else at - first + second
    changed[at] ^= flip
    with pytest.raises(Refusal):
        seals.verify_pdf(bytes(changed), issued.anchors, NOW)


def test_what_was_added_after_sealing_is_noticed(issued: Issued) -> None:
    writer = PdfWriter(io.BytesIO(issued.pdf), incremental=True)
    writer.add_blank_page()
    added = io.BytesIO()
    writer.write(added)
    assert added.getvalue().startswith(issued.pdf)
    with pytest.raises(Refusal):
        seals.verify_pdf(added.getvalue(), issued.anchors, NOW)
    assert seals.signed_ends(added.getvalue()) == [len(issued.pdf)]


def test_a_seal_of_a_stranger_is_not_trusted(issued: Issued, tmp_path: Path) -> None:
    stranger = FileSealer(tmp_path, MovableClock(start=NOW), TYPEFACES)
    with pytest.raises(Refusal):
        seals.verify_pdf(issued.pdf, jws.read_anchors(_anchors(stranger)), NOW)


def test_a_renamed_department_signs_under_its_new_name_and_its_old_seal_still_holds(
    tmp_path: Path,
) -> None:
    def sealer() -> FileSealer:
        return FileSealer(tmp_path, MovableClock(start=NOW), TYPEFACES)

    def signer(pdf: bytes) -> str:
        return seals.verify_pdf(pdf, jws.read_anchors(sealer().anchors()), NOW).organisation

    renamed = msgspec.structs.replace(IDENTITY, department_name="人力资源局")
    page = document.render_seal("人力资源局", NOW, Realm.DEMONSTRATION, TYPEFACES)
    running = sealer()
    before = running.seal(IDENTITY, page, NOW)
    after = running.seal(renamed, page, NOW)
    assert (signer(before), signer(after)) == ("人力资源和社会保障局", "人力资源局")
    assert signer(sealer().seal(renamed, page, NOW)) == "人力资源局", "after a restart too"
    assert signer(sealer().seal(IDENTITY, page, NOW)) == "人力资源和社会保障局", "and back"
    assert len(sealer().public_keys()) == 2
    assert sorted(path.name for path in tmp_path.glob("seal-hr*.crt")) == [
        "seal-hr.2.crt",
        "seal-hr.crt",
    ]


def test_a_seal_that_an_operator_brought_is_used_whatever_the_department_is_called(
    tmp_path: Path,
) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    for folder in (elsewhere, here):
        folder.mkdir()
    real = msgspec.structs.replace(IDENTITY, realm=Realm.REAL)
    FileSealer(elsewhere, MovableClock(start=NOW), TYPEFACES).sign(real, {}, b"{}")
    key = load_pem_private_key((elsewhere / "seal-hr.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "电子证照专用章")])
    above = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "政务电子印章认证中心")])
    brought = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - dt.timedelta(days=1))
        .not_valid_after(NOW + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    for file in ("seal-hr", "seal-authority"):
        (here / f"{file}.crt").write_bytes(brought.public_bytes(Encoding.PEM))
    (here / "seal-hr.key").write_bytes((elsewhere / "seal-hr.key").read_bytes())
    (here / "seal-hr.key").chmod(0o600)
    FileSealer(here, MovableClock(start=NOW), TYPEFACES).sign(real, {}, b"{}")
    assert [path.name for path in here.glob("seal-hr*.crt")] == ["seal-hr.crt"]


@pytest.mark.parametrize("name", ["seal-hr", "seal-authority"])
def test_a_seals_key_that_is_gone_is_asked_for_and_never_made_anew(
    tmp_path: Path, name: str
) -> None:
    before = _anchors(FileSealer(tmp_path, MovableClock(start=NOW), TYPEFACES))
    (tmp_path / f"{name}.key").unlink()
    another = msgspec.structs.replace(IDENTITY, department="tax")
    identity = IDENTITY if name == "seal-hr" else another
    with pytest.raises(Refusal) as gone:
        FileSealer(tmp_path, MovableClock(start=NOW), TYPEFACES).sign(identity, {"typ": "x"}, b"{}")
    assert gone.value.code == "certificates.key_missing"
    assert FileSealer(tmp_path, MovableClock(start=NOW), TYPEFACES).anchors() == before
    assert not (tmp_path / f"{name}.key").exists()


def _anchors(sealer: FileSealer) -> bytes:
    sealer.sign(IDENTITY, {"typ": "x"}, b"{}")
    return sealer.anchors()


def test_a_document_without_seal_says_so(issued: Issued) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    plain = io.BytesIO()
    writer.write(plain)
    with refused("unsealed"):
        seals.verify_pdf(plain.getvalue(), issued.anchors, NOW)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300), st.floats(0, 0.99))
def test_bytes_of_any_kind_are_refused_and_never_a_fault(
    issued: Issued, noise: bytes, place: float
) -> None:
    cut = int(len(issued.pdf) * place)
    for content in (noise, b"%PDF-1.7\n" + noise, issued.pdf[:cut] + noise):
        with pytest.raises(Refusal):
            seals.verify_pdf(content, issued.anchors, NOW)
        seals.signed_ends(content)


# Credentials --------------------------------------------------------------------------------------


def test_a_credential_holds_and_every_field_can_be_withheld_that_may_be(issued: Issued) -> None:
    whole = credential.verify(issued.text, issued.anchors, NOW)
    assert whole.signer == "人力资源和社会保障局"
    assert whole.claims["amount"] == 700000
    nothing = credential.verify(credential.present(issued.text, []), issued.anchors, NOW).claims
    assert nothing["name"] == "王小敏"
    assert not {"amount", "months", "since"} & set(nothing)
    some = credential.verify(credential.present(issued.text, ["months"]), issued.anchors, NOW)
    assert some.claims["months"] == 12
    assert "amount" not in some.claims


def test_a_credential_is_over_at_the_end_of_its_last_local_day(issued: Issued) -> None:
    last = dt.datetime(2027, 11, 23, 15, 59, 59, tzinfo=dt.UTC)  # a minute before midnight there
    credential.verify(issued.text, issued.anchors, last)
    with refused("expired"):
        credential.verify(issued.text, issued.anchors, last + dt.timedelta(seconds=1, minutes=1))


def test_a_changed_disclosure_is_refused(issued: Issued) -> None:
    parts = sdjwt.split(issued.text)
    names = [sdjwt.read_disclosure(one).name for one in parts.disclosures]
    forged = list(parts.disclosures)
    forged[names.index("amount")] = sdjwt.disclose("amount", 99).text
    with refused("unknown_digest"):
        credential.verify(sdjwt.compose(parts.jwt, forged), issued.anchors, NOW)


def _resigned(issued: Issued, header: dict[str, Any], key: Any, algorithms: list[str]) -> str:
    parts = sdjwt.split(issued.text)
    head = json.loads(sdjwt.decode(parts.jwt.split(".")[0]))
    claims = sdjwt.decode(parts.jwt.split(".")[1])

    class Registry(joserfc.JWSRegistry):
        max_header_length = 1 << 20

    jwt = joserfc.serialize_compact(
        {**head, **header}, claims, key, registry=Registry(algorithms=algorithms)
    )
    return sdjwt.compose(jwt, parts.disclosures)


def test_alg_none_and_symmetric_signatures_are_refused(issued: Issued) -> None:
    parts = sdjwt.split(issued.text)
    _, claims, _ = parts.jwt.split(".")
    head = sdjwt.encode(b'{"alg":"none","typ":"dc+sd-jwt"}')
    with refused("algorithm"):
        credential.verify(
            sdjwt.compose(f"{head}.{claims}.", parts.disclosures), issued.anchors, NOW
        )
    with refused("algorithm"):
        credential.verify(
            _resigned(issued, {"alg": "HS256"}, OctKey.import_key("s" * 32), ["HS256"]),
            issued.anchors,
            NOW,
        )


def test_another_type_of_token_is_refused(issued: Issued) -> None:
    key = ECKey.generate_key("P-256")
    for typ in ("jwt", "statuslist+jwt", "vc+sd-jwt"):
        with refused("type"):
            credential.verify(_resigned(issued, {"typ": typ}, key, ["ES256"]), issued.anchors, NOW)


def test_a_signature_by_another_key_under_our_chain_is_refused(issued: Issued) -> None:
    key = ECKey.generate_key("P-256")
    with refused("altered"):
        credential.verify(_resigned(issued, {}, key, ["ES256"]), issued.anchors, NOW)


def test_a_chain_that_leads_elsewhere_is_refused(issued: Issued, tmp_path: Path) -> None:
    stranger = FileSealer(tmp_path, MovableClock(start=NOW), TYPEFACES)
    claims = sdjwt.decode(issued.text.split(".")[1])
    foreign = stranger.sign(IDENTITY, {"typ": credential.TYPE}, claims)
    with refused("untrusted"):
        credential.verify(foreign + "~", issued.anchors, NOW)
    with refused("untrusted"):
        credential.verify(issued.text, issued.anchors, NOW + dt.timedelta(days=366 * 30))
    key = ECKey.generate_key("P-256")
    for chain in ([], ["x"], ["AAAA"] * 9):
        with refused("untrusted"):
            credential.verify(
                _resigned(issued, {"x5c": chain}, key, ["ES256"]), issued.anchors, NOW
            )


def test_a_department_cannot_vouch_for_another(issued: Issued) -> None:
    """A seal's own certificate is no authority: what it signed below itself leads nowhere."""
    parts = sdjwt.split(issued.text)
    head = json.loads(sdjwt.decode(parts.jwt.split(".")[0]))
    leaf = x509.load_der_x509_certificate(base64.b64decode(head["x5c"][0]))
    key_file = issued.sealer._folder / "seal-hr.key"
    department = load_pem_private_key(key_file.read_bytes(), None)
    assert isinstance(department, ec.EllipticCurvePrivateKey)
    mine = ec.generate_private_key(ec.SECP256R1())
    forged = (
        x509.CertificateBuilder()
        .subject_name(leaf.subject)
        .issuer_name(leaf.subject)
        .public_key(mine.public_key())
        .serial_number(1)
        .not_valid_before(NOW - dt.timedelta(days=1))
        .not_valid_after(NOW + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(department, hashes.SHA256())
    )
    chain = [base64.b64encode(forged.public_bytes(Encoding.DER)).decode(), *head["x5c"]]
    pem = ES256.written(mine)
    text = _resigned(issued, {"x5c": chain}, ECKey.import_key(pem), ["ES256"])
    with refused("untrusted"):
        credential.verify(text, issued.anchors, NOW)


def test_the_end_of_validity_cannot_be_made_a_secret(issued: Issued) -> None:
    hidden = sdjwt.disclose("exp", int(NOW.timestamp()) + 10)
    claims = sdjwt.conceal({"vct": "x"}, [hidden])
    jwt = issued.sealer.sign(IDENTITY, {"typ": credential.TYPE}, json.dumps(claims).encode())
    with refused("reserved"):
        credential.verify(sdjwt.compose(jwt, [hidden.text]), issued.anchors, NOW)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60), st.integers(0, 4000))
def test_texts_of_any_kind_are_refused_and_never_a_fault(
    issued: Issued, noise: str, place: int
) -> None:
    at = place % len(issued.text)
    for text in (noise, noise + "~", issued.text[:at] + noise + "\x00" + issued.text[at:]):
        with pytest.raises(Refusal):
            credential.verify(text, issued.anchors, NOW)


def test_fields_named_like_the_credentials_own_claims_do_not_collide() -> None:
    assert credential.claim_of("status") == "field_status"
    assert credential.claim_of("field_status") == "field_field_status"
    assert credential.claim_of("months") == "months"


# Status lists -------------------------------------------------------------------------------------


def test_a_status_list_has_its_lowest_bit_first() -> None:
    claims = json.loads(status.claims_of("x", [0, 9, 1048575], NOW))
    assert [
        place for place in (0, 1, 8, 9, 1048574, 1048575) if status.is_revoked(claims, place)
    ] == [
        0,
        9,
        1048575,
    ]
    assert claims["exp"] - claims["iat"] == 86400


@pytest.mark.parametrize(
    "listed",
    [
        None,
        {},
        {"bits": 2, "lst": "x"},
        {"bits": 1, "lst": "!!"},
        {"bits": 1, "lst": sdjwt.encode(b"not zlib")},
        {"bits": 1, "lst": 5},
    ],
)
def test_a_status_list_of_another_form_is_refused(listed: object) -> None:
    with pytest.raises(Refusal):
        status.is_revoked({"status_list": listed}, 0)


def test_a_status_list_that_would_grow_without_end_is_cut(issued: Issued) -> None:
    import zlib

    bomb = sdjwt.encode(zlib.compress(b"\0" * (64 << 20), 9))
    assert status.is_revoked({"status_list": {"bits": 1, "lst": bomb}}, 5) is False


# The command --------------------------------------------------------------------------------------


def _run(folder: Path, *arguments: str, language: str = "en") -> Any:
    return CliRunner().invoke(
        command,
        ["verify", *arguments, "--trust", str(folder / "trust.pem"), "--at", "2026-11-24"],
        env={"TONGBAN_LANGUAGE": language},
    )


@pytest.fixture
def folder(issued: Issued, tmp_path: Path) -> Path:
    (tmp_path / "trust.pem").write_bytes(issued.trust)
    (tmp_path / "certificate.pdf").write_bytes(issued.pdf)
    (tmp_path / "credential.sd-jwt").write_text(issued.text)
    return tmp_path


def test_the_command_verifies_documents_and_credentials_offline(folder: Path) -> None:
    document_answer = _run(folder, str(folder / "certificate.pdf"))
    assert document_answer.exit_code == 0, document_answer.output
    assert "人力资源和社会保障局" in document_answer.output
    assert "not whether it is still valid or was revoked" in document_answer.output
    (folder / "list").write_text("")
    beside = _run(folder, str(folder / "certificate.pdf"), "--status", str(folder / "list"))
    assert beside.exit_code == 2
    assert "--status" in beside.output
    answer = _run(folder, str(folder / "credential.sd-jwt"), "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["claims"]["months"] == 12


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("zh", ("签发日期：2026年11月24日", "补贴合计：¥7,000.00", "起始日期：2026年1月1日")),
        ("en", ("Issued on: 24 November 2026", "Amount: ¥7,000.00", "Since: 1 January 2026")),
    ],
)
def test_the_command_says_names_and_values_as_people_read_them(
    issued: Issued, folder: Path, language: str, lines: tuple[str, ...]
) -> None:
    vct = credential.verify(issued.text, issued.anchors, NOW).claims["vct"]
    described = kinds.metadata(vct, [made.SUBSIDY], {})
    (folder / "kind.json").write_text(json.dumps(described))
    sent = (str(folder / "credential.sd-jwt"), "--kind", str(folder / "kind.json"))
    said = _run(folder, *sent, language=language).output.splitlines()
    assert {line.strip() for line in said} >= set(lines)
    assert not [line for line in said if re.search(r"^\s+[a-z_]+[：:]|700000|\d-\d\d-\d", line)]


def test_a_credential_that_nobody_describes_is_shown_as_it_stands_and_that_is_said(
    folder: Path,
) -> None:
    said = _run(folder, str(folder / "credential.sd-jwt")).output
    assert "    amount: 700000\n" in said
    assert "money is in fen" in said
    assert "/certificates/types/subsidy" in said
    assert "Issued on: 24 November 2026" in said


def test_a_description_of_another_kind_or_of_no_kind_is_refused(folder: Path) -> None:
    for content in ('{"vct": "https://other.example/type"}', "nothing", "[]"):
        (folder / "kind.json").write_text(content)
        sent = (str(folder / "credential.sd-jwt"), "--kind", str(folder / "kind.json"))
        answer = _run(folder, *sent)
        assert answer.exit_code == 2
        assert "does not describe this credential" in answer.output
    answer = _run(folder, str(folder / "certificate.pdf"), "--kind", str(folder / "kind.json"))
    assert answer.exit_code == 2
    assert "--kind" in answer.output


def test_a_value_that_is_not_of_its_type_is_shown_as_it_stands() -> None:
    claims = {
        "day": kinds.Claim(name="日", type="date"),
        "yes": kinds.Claim(name="", type="boolean"),
    }
    assert kinds.words("day", "soon", claims, "en") == "soon"
    assert kinds.words("day", 5, claims, "en") == "5"
    assert kinds.words("yes", True, claims, "zh") == "是"
    assert kinds.words("unknown", [None, 1], claims, "zh") == "[null,1]"


def test_the_command_tells_what_does_not_hold_from_what_cannot_be_read(folder: Path) -> None:
    content = bytearray((folder / "certificate.pdf").read_bytes())
    content[5000] ^= 1
    (folder / "changed.pdf").write_bytes(content)
    (folder / "noise").write_bytes(b"\xff\x00 noise")
    assert _run(folder, str(folder / "changed.pdf")).exit_code == 1
    assert _run(folder, str(folder / "noise")).exit_code == 2
    assert _run(folder, str(folder / "absent")).exit_code == 2
    (folder / "trust.pem").write_text("nothing")
    assert _run(folder, str(folder / "certificate.pdf")).exit_code == 2


def test_the_command_reads_a_status_list(issued: Issued, folder: Path) -> None:
    place, uri = credential.status_of(credential.verify(issued.text, issued.anchors, NOW).claims)
    for revoked, code in (([], 0), ([place], 1)):
        token = issued.sealer.sign(
            IDENTITY, {"typ": status.TYPE}, status.claims_of(uri, revoked, NOW)
        )
        (folder / "list").write_text(token)
        answer = _run(folder, str(folder / "credential.sd-jwt"), "--status", str(folder / "list"))
        assert answer.exit_code == code, answer.output
        assert answer.output.startswith("✗" if revoked else "✓")
    other = issued.sealer.sign(IDENTITY, {"typ": status.TYPE}, status.claims_of("y", [], NOW))
    (folder / "list").write_text(other)
    about_others = _run(folder, str(folder / "credential.sd-jwt"), "--status", str(folder / "list"))
    assert about_others.exit_code == 1
