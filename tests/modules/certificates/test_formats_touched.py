"""A sealed document whose own signature was touched: the command, the page and Poppler's pdfsig beside."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core
from asn1crypto import x509 as asn1
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.builders import certificates as made
from tests.builders.certificates import TYPEFACES

from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kit import testing
from tongban.kit.clock import MovableClock
from tongban.modules.certificates import queries
from tongban.modules.certificates.adapters.authority import FileSealer
from tongban.modules.certificates.formats import der, jws, seals
from tongban.modules.certificates.model import SealIdentity, Standing

NOW = testing.MORNING
IDENTITY = SealIdentity(
    department="hr",
    department_name="人力资源和社会保障局",
    credit_code="11470181017010440X",
    government="云溪市",
    realm=Realm.DEMONSTRATION,
)
Touch = Callable[[bytes], bytes]


class Sealed:
    """A sealed document, whom to trust, a stranger's root, and the house that issued it."""

    def __init__(self, folder: Path) -> None:
        self.house = made.house(testing.sqlite_database(folder), folder)
        self.pdf, _ = made.documents(self.house, made.sealed(self.house))
        self.folder = folder
        self.trust = FileSealer(folder / "keys", MovableClock(start=NOW), TYPEFACES).anchors()
        self.anchors = jws.read_anchors(self.trust)
        stranger = FileSealer(folder / "stranger", MovableClock(start=NOW), TYPEFACES)
        self.strangers = stranger.seal(
            IDENTITY, self.pdf[: self.pdf.rfind(b"%%EOF", 0, -9) + 6], NOW
        )
        self.root = jws.read_anchors(stranger.anchors())[0]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return Sealed(tmp_path_factory.mktemp("sealed"))


def _place(pdf: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) ", pdf)
    assert found is not None
    return int(found[1]), int(found[2])


def _signature(pdf: bytes) -> bytes:
    start, end = _place(pdf)
    raw = bytes.fromhex(pdf[start + 1 : end - 1].decode())
    length = der.length_of(raw)
    assert length is not None
    return raw[:length]


def _with(pdf: bytes, raw: bytes, padding: bytes = b"") -> bytes:
    """Write another signature in its place, filled up as before."""
    start, end = _place(pdf)
    room = (end - start - 2) // 2
    written = (raw + padding).ljust(room, b"\0").hex().upper().encode()
    assert len(written) == 2 * room
    return pdf[: start + 1] + written + pdf[end - 1 :]


def _parsed(pdf: bytes) -> Any:
    return cms.ContentInfo.load(_signature(pdf))


def nothing(pdf: bytes) -> bytes:
    return _with(pdf, _signature(pdf))


def padding(pdf: bytes) -> bytes:
    return _with(pdf, _signature(pdf), b"hidden")


def last_padding(pdf: bytes) -> bytes:
    _, end = _place(pdf)
    return pdf[: end - 2] + b"1" + pdf[end - 1 :]


def digits(pdf: bytes) -> bytes:
    start, end = _place(pdf)
    written = pdf[start:end]
    letter = re.search(rb"[A-Fa-f]", written)
    assert letter is not None
    some = letter.end()  # so that both cases stand there: one alone is how other programs seal
    return pdf[:start] + written[:some] + written[some:].swapcase() + pdf[end:]


def blanks(pdf: bytes) -> bytes:
    _, end = _place(pdf)
    return pdf[: end - 3] + b"  >" + pdf[end:]


def long_length(pdf: bytes) -> bytes:
    raw = _signature(pdf)
    assert raw[:2] == b"\x30\x82"
    return _with(pdf, b"\x30\x83\x00" + raw[2:])


def indefinite(pdf: bytes) -> bytes:
    return _with(pdf, b"\x30\x80" + _signature(pdf)[4:] + b"\0\0")


def embedded_root(root: bytes) -> Touch:
    def touch(pdf: bytes) -> bytes:
        content = _parsed(pdf)
        content["content"]["certificates"].append(
            cms.CertificateChoices(name="certificate", value=asn1.Certificate.load(root))
        )
        return _with(pdf, content.dump(force=True))

    return touch


def unsigned(pdf: bytes) -> bytes:
    content = _parsed(pdf)
    content["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes(
        [cms.CMSAttribute({"type": "1.2.3.4", "values": [core.UTF8String("hidden")]})]
    )
    return _with(pdf, content.dump(force=True))


def another_version(pdf: bytes) -> bytes:
    raw = bytearray(_signature(pdf))
    raw[raw.index(b"\x02\x01\x01") + 2] = 3
    return _with(pdf, bytes(raw))


def content(pdf: bytes) -> bytes:
    return pdf[:5000] + bytes([pdf[5000] ^ 1]) + pdf[5001:]


def pdfsig(folder: Path, trust: bytes, pdf: bytes) -> bool:
    """Whether Poppler, with NSS, calls it whole and valid and finds no fault in who issued the seal.

    It says of our root, which asks no revocation service, "unknown issue" and not "trusted"; of a seal of
    somebody else it says that its issuer is unknown.
    """
    nss = folder / "nss"
    if not nss.exists():
        nss.mkdir()
        (folder / "root.pem").write_bytes(trust)
        database = ["-d", f"sql:{nss}"]
        _ran("certutil", "-N", *database, "--empty-password")
        _ran("certutil", "-A", *database, "-n", "root", "-t", "CT,C,C", "-i", f"{folder}/root.pem")
    (folder / "judged.pdf").write_bytes(pdf)
    said = _ran("pdfsig", "-no-ocsp", "-nssdir", str(nss), str(folder / "judged.pdf"))
    whole = "Total document signed" in said
    return whole and "Signature is Valid" in said and "Certificate issuer" not in said


def _ran(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False).stdout


def holds(sealed: Sealed, pdf: bytes) -> bool:
    try:
        seals.verify_pdf(pdf, sealed.anchors, NOW)
    except Refusal:
        return False
    return True


def on_the_page(sealed: Sealed, pdf: bytes) -> bool:
    with sealed.house.db.read() as reader:
        return queries.verify_document(reader, pdf).standing is Standing.GENUINE


TOUCHES: dict[str, Touch] = {
    "nothing": nothing,
    "padding": padding,
    "last padding": last_padding,
    "digits": digits,
    "blanks": blanks,
    "long length": long_length,
    "indefinite length": indefinite,
    "unsigned": unsigned,
    "another version": another_version,
    "content": content,
}


LENIENT = {
    "nothing",
    "digits",
    "long length",
    "indefinite length",
    "unsigned",
    "another version",
    "embedded root",
}
"""What pdfsig takes; all but the first was touched."""


def touch_of(sealed: Sealed, name: str) -> Touch:
    """Return what is done to the document under a name."""
    known: dict[str, Touch] = {
        **TOUCHES,
        "embedded root": embedded_root(sealed.root),
        "stranger": lambda _: sealed.strangers,
    }
    return known[name]


@pytest.mark.parametrize("name", [*TOUCHES, "embedded root", "stranger"])
def test_command_and_page_never_take_what_was_touched(sealed: Sealed, name: str) -> None:
    touched = touch_of(sealed, name)(sealed.pdf)
    untouched = name == "nothing"
    assert (touched == sealed.pdf) is untouched
    assert holds(sealed, touched) is untouched
    assert on_the_page(sealed, touched) is untouched


@pytest.mark.skipif(
    not (shutil.which("pdfsig") and shutil.which("certutil")),
    reason="pdfsig (poppler-utils) and certutil (libnss3-tools) are not installed",
)
@pytest.mark.parametrize("name", [*TOUCHES, "embedded root", "stranger"])
def test_what_pdfsig_refuses_we_refuse_and_what_we_take_it_takes(sealed: Sealed, name: str) -> None:
    touched = touch_of(sealed, name)(sealed.pdf)
    assert pdfsig(sealed.folder, sealed.trust, touched) is (name in LENIENT)
    assert holds(sealed, touched) is (name == "nothing")


def test_the_reason_says_what_was_done(sealed: Sealed) -> None:
    for touch in (padding, digits, long_length, embedded_root(sealed.root)):
        with pytest.raises(Refusal) as raised:
            seals.verify_pdf(touch(sealed.pdf), sealed.anchors, NOW)
        assert raised.value.data["reason"] == "touched"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.floats(0, 0.9999), flip=st.integers(1, 255))
def test_no_byte_of_the_signature_itself_can_be_altered(
    sealed: Sealed, place: float, flip: int
) -> None:
    raw = bytearray(_signature(sealed.pdf))
    raw[int(place * len(raw))] ^= flip
    assert not holds(sealed, _with(sealed.pdf, bytes(raw)))


@given(st.binary(max_size=200))
def test_any_bytes_are_der_or_not_and_never_a_fault(content: bytes) -> None:
    assert der.is_canonical(content) in (True, False)
    length = der.length_of(content)
    assert length is None or length >= 2


class _Row(core.SequenceOf):  # type: ignore[misc]  # asn1crypto has no types
    _child_spec = core.Any


def _rows(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=4).map(_Row)


_PLAIN = (
    st.integers().map(core.Integer)
    | st.binary(max_size=300).map(core.OctetString)
    | st.booleans().map(core.Boolean)
    | st.text(max_size=9).map(core.UTF8String)
)


@given(st.recursive(_PLAIN, _rows, max_leaves=8))
def test_what_a_der_writer_writes_is_canonical(value: Any) -> None:
    assert der.is_canonical(value.dump())


@pytest.mark.parametrize(
    "ber",
    [
        "",
        "00 00",
        "04 81 01 00",
        "04 82 00 81" + "00" * 129,
        "04 80 00 00",
        "24 03 04 01 00",
        "01 01 01",
        "02 02 00 01",
        "02 02 ff 80",
        "02 00",
        "03 02 01 01",
        "03 01 01",
        "05 01 00",
        "31 06 02 01 02 02 01 01",
        "1f 81 00 00",
        "04 02 00",
        "04 01 00 04 01 00",
        "30 80" * 40,
    ],
)
def test_another_spelling_is_not_canonical(ber: str) -> None:
    assert not der.is_canonical(bytes.fromhex(ber))
