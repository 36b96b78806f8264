"""Where a credential's ``vct`` leads: what its claims are called, and how their values are read.

The type metadata of SD-JWT VC (section 6): ``vct``, ``name``, ``display``, ``claims``. Ours says more
of a claim, which readers that do not know it leave alone: ``value`` holds its ``type`` (as a field's)
and the words of its ``codes``.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tongban.kernel.text import CHINESE, ENGLISH, LANGUAGES, Text, say
from tongban.modules.certificates import errors, rules
from tongban.modules.certificates.definition import (
    CertificateFieldDefinition,
    CertificateTypeDefinition,
)
from tongban.modules.certificates.formats.credential import claim_of
from tongban.modules.certificates.model import Line

_LOCALES = {CHINESE: "zh-CN", ENGLISH: "en"}
_OWN_DATES = frozenset({"date_of_issuance", "date_of_expiry"})


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a claim is called, and how its value is read."""

    name: Text
    type: str = ""
    """As a field's; empty when it is not known: then a value is shown as it stands."""
    codes: Mapping[str, Text] = {}


def metadata(
    address: str,
    versions: Sequence[CertificateTypeDefinition],
    codes: Mapping[str, Mapping[str, Text]],
) -> dict[str, Any]:
    """Return the metadata of a kind of certificate, of which ``versions`` are all, newest first.

    ``codes`` are the words of an element's codes. A claim of an older version stays: credentials of
    that version are still shown. Of one that was of another type then, no type is said.
    """
    newest = versions[0]
    return {
        "vct": address,
        "name": say(newest.name, CHINESE),
        "display": _display("name", newest.name),
        "claims": [_claim(same, codes) for same in _by_code(versions)],
    }


def _by_code(
    versions: Sequence[CertificateTypeDefinition],
) -> Iterable[list[CertificateFieldDefinition]]:
    found: dict[str, list[CertificateFieldDefinition]] = {}
    for version in versions:
        for field in version.fields:
            found.setdefault(field.code, []).append(field)
    return found.values()


def _claim(
    same: list[CertificateFieldDefinition], codes: Mapping[str, Mapping[str, Text]]
) -> dict[str, Any]:
    field = same[0]
    made: dict[str, Any] = {
        "path": [claim_of(field.code)],
        "display": _display("label", field.name),
        "sd": "always" if field.disclosable else "never",
    }
    if all((each.type, each.element) == (field.type, field.element) for each in same):
        words = codes.get(field.element, {}) if field.type == "code" else {}
        made["value"] = {"type": field.type} | (
            {"codes": {code: _display("label", word) for code, word in words.items()}}
            if words
            else {}
        )
    return made


def _display(key: str, text: Text) -> list[dict[str, str]]:
    return [{"locale": _LOCALES[each], key: say(text, each)} for each in LANGUAGES]


class _Label(msgspec.Struct):
    locale: str = ""
    label: str = ""


class _Value(msgspec.Struct):
    type: str = ""
    codes: dict[str, list[_Label]] = {}


class _Claim(msgspec.Struct):
    path: list[str | int | None]
    display: list[_Label] = []
    value: _Value = msgspec.field(default_factory=_Value)


class _Metadata(msgspec.Struct):
    vct: str
    claims: list[_Claim] = []


def read(content: bytes, vct: str) -> dict[str, Claim]:
    """Return the claims that a kind's metadata name. Refuses those of another kind, and what is none.

    Metadata of others, or of an older release, name claims and say no types.
    """
    try:
        found = msgspec.json.decode(content, type=_Metadata)
    except msgspec.MsgspecError as error:
        raise errors.kind_unfit("unreadable", vct) from error
    if found.vct != vct:
        raise errors.kind_unfit("other", vct)
    return {
        one.path[0]: Claim(
            name=_text(one.display),
            type=one.value.type,
            codes={code: _text(words) for code, words in one.value.codes.items()},
        )
        for one in found.claims
        if len(one.path) == 1 and isinstance(one.path[0], str)
    }


def _text(labels: Sequence[_Label]) -> dict[str, str]:
    return {
        language: each.label
        for language in LANGUAGES
        for each in labels
        if each.label and each.locale.partition("-")[0] == language
    }


def words(name: str, value: Any, claims: Mapping[str, Claim], language: str) -> str:
    """Write a claim's value as people read it; as it stands when nobody says how it is read."""
    known = claims.get(name)
    kind = "date" if name in _OWN_DATES else known.type if known else ""
    if not isinstance(value, str | int | bool):
        return msgspec.json.encode(value).decode()
    if kind == "date" and not _is_date(value):
        return str(value)
    label = known.codes.get(str(value), "") if known else ""
    line = Line(code=name, name=name, type=kind, value=value, label=label)
    return rules.words_of(line, language)


def _is_date(value: object) -> bool:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return True
