"""The document: an A4 page as PDF/A-2b with a text layer, and the seal as a vector drawing.

Both are written in Typst (``certificate.typ``, ``seal.typ``). What the packaged typefaces hold gives the
same bytes on every machine; further ones stand in for what they lack (see ``typefaces.py``). Typst refuses
to write PDF/A with a character that no typeface holds: no document ever has an empty box.
"""

import datetime as dt
import io
import re
from importlib import resources
from typing import Any

import msgspec

from tongban.kernel.realms import Realm
from tongban.kernel.text import CHINESE, ENGLISH, Text, say
from tongban.modules.certificates import errors, rules
from tongban.modules.certificates.model import Certificate, Line, Typefaces

SEAL_BOX = (190, 64, 318, 192)
"""Where the seal lies on the last page, in points from the lower left corner: between the code and the
words of the issuer, over neither."""
_LABEL = {
    Realm.REAL: "",
    Realm.DEMONSTRATION: "演示样本　不具有法律效力　DEMONSTRATION, NO LEGAL EFFECT",
    Realm.TRIAL: "试运行样本　不具有法律效力　TRIAL, NO LEGAL EFFECT",
}
_WATERMARK = {
    Realm.REAL: "",
    Realm.DEMONSTRATION: "演示样本 DEMONSTRATION",
    Realm.TRIAL: "试运行样本 TRIAL",
}
_ON_SEAL = {
    Realm.REAL: "电子印章",
    Realm.DEMONSTRATION: "演示·无法律效力",
    Realm.TRIAL: "试运行·无法律效力",
}


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a certificate besides itself."""

    government: Text
    issuer: Text
    address: str
    """Where people reach this government; the QR code points there."""
    realm: Realm


def verification_address(address: str, code: str) -> str:
    """Return where a certificate is verified: what its QR code says."""
    return f"{address.rstrip('/')}/v/{code}"


def render(certificate: Certificate, around: Around, typefaces: Typefaces) -> bytes:
    """Return the unsealed PDF; the same certificate gives the same bytes.

    Refuses characters that no typeface holds, by name.
    """
    address = verification_address(around.address, certificate.code)
    data = msgspec.json.encode(_data(certificate, around)).decode()
    inputs = {"data": data, "qr": _qr(address)}
    return _compile("certificate.typ", certificate.issued_at, inputs, typefaces)


def render_seal(name: str, at: dt.datetime, realm: Realm, typefaces: Typefaces) -> bytes:
    """Return a seal as a one-page PDF without ground."""
    data = {"name": name, "kind": "电子证照专用章", "mark": _ON_SEAL[realm]}
    inputs = {"data": msgspec.json.encode(data).decode()}
    return _compile("seal.typ", at, inputs, typefaces)


def _compile(template: str, at: dt.datetime, inputs: dict[str, str], typefaces: Typefaces) -> bytes:
    import typst

    if lacking := typefaces.lacking(inputs["data"]):
        raise errors.characters_not_set(lacking)
    chosen = typefaces.chosen(inputs["data"])

    source = (resources.files("tongban.modules.certificates.formats") / template).read_bytes()
    try:
        return typst.compile(
            source,
            font_paths=chosen.fonts,
            format="pdf",
            sys_inputs={
                **inputs,
                "families": msgspec.json.encode(chosen.families).decode(),
                "composed": msgspec.json.encode(chosen.composed).decode(),
            },
            pdf_standards="a-2b",
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        raise _named(error) or error from None


def _named(error: Exception) -> Exception | None:
    """Return the refusal that names what a typeface holds by its map and cannot draw all the same."""
    found = re.search(r'the text `"(.+?)"` could not be displayed', str(error))
    return errors.characters_not_set(dict.fromkeys(found[1])) if found else None


def _qr(address: str) -> str:
    import segno

    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", scale=4, border=0, dark="#1b2430", xmldecl=False, svgns=True
    )
    return picture.getvalue().decode()


def _data(certificate: Certificate, around: Around) -> dict[str, Any]:
    title, issued = say(certificate.name, CHINESE), certificate.issued_on
    until = certificate.valid_until
    return {
        "title": title,
        "title_en": _english(certificate.name),
        "title_size": 27 if len(title) <= 12 else 22 if len(title) <= 16 else 18,
        "number": certificate.number,
        "government": say(around.government, CHINESE),
        "issuer": say(around.issuer, CHINESE),
        "issuer_en": _english(around.issuer),
        "issued": rules.date_words(issued, CHINESE),
        "year": issued.year,
        "month": issued.month,
        "day": issued.day,
        "until": f"至{rules.date_words(until, CHINESE)}" if until else "长期",
        "body": rules.fill(say(certificate.body, CHINESE), certificate.lines, CHINESE),
        "body_en": rules.fill(_english(certificate.body), certificate.lines, ENGLISH),
        "basis": say(certificate.basis, CHINESE),
        "row_inset": 9 if len(certificate.lines) <= 8 else 6,
        "lines": [_row(line) for line in certificate.lines],
        "code": rules.spaced(certificate.code),
        "invented": _LABEL[around.realm],
        "watermark": "　".join([_WATERMARK[around.realm]] * 2),
        "footer": "本证照由电子印章签署，任何改动都会使印章失效。扫码或上传本文件可查验真伪。",
        "labels": {
            "number": "证照标识",
            "basis": "依据",
            "scan": "扫码查验真伪",
            "code": "查验码",
            "until": "有效期",
        },
    }


def _row(line: Line) -> dict[str, str]:
    return {
        "name": say(line.name, CHINESE),
        "name_en": _english(line.name),
        "value": rules.words_of(line, CHINESE),
    }


def _english(text: Text) -> str:
    """Return the English words, empty where there are none of their own."""
    return "" if isinstance(text, str) else text.get(ENGLISH, "")
