"""What certificates refuses."""

from collections.abc import Iterable

from tongban.kernel.characters import named as named_character
from tongban.kernel.errors import Kind, Refusal
from tongban.kernel.text import named_together


def type_not_found(code: str) -> Refusal:
    """Return the refusal for a kind of certificate that is not declared."""
    return Refusal("certificates.type_not_found", Kind.NOT_FOUND, type=code)


def kind_unfit(reason: str, address: str) -> Refusal:
    """Return the refusal for a file that does not describe a credential's kind.

    ``unreadable`` as such a description, or of an ``other`` kind.
    """
    return Refusal("certificates.kind_unfit", Kind.INVALID, reason=f"kind_{reason}", uri=address)


def field_unknown(field: str) -> Refusal:
    """Return the refusal for a value of no field."""
    return Refusal("certificates.field_unknown", Kind.INVALID, field=field)


def field_missing(field: str) -> Refusal:
    """Return the refusal for a field that was given no value."""
    return Refusal("certificates.field_missing", Kind.INVALID, field=field)


def value_ill_typed(field: str) -> Refusal:
    """Return the refusal for a value that is not of its field's type."""
    return Refusal("certificates.value_ill_typed", Kind.INVALID, field=field)


def characters_not_set(characters: Iterable[str]) -> Refusal:
    """Return the refusal for a text with characters that no typeface here holds."""
    named = named_together(map(named_character, characters))
    return Refusal("certificates.characters_not_set", Kind.CONFLICT, characters=named)


def holder_unfit(kind: str) -> Refusal:
    """Return the refusal for a holder of another kind than the type is for."""
    return Refusal("certificates.holder_unfit", Kind.INVALID, holder=kind)


def not_found() -> Refusal:
    """Return the refusal for a certificate that does not exist, or is not this actor's."""
    return Refusal("certificates.not_found", Kind.NOT_FOUND)


def of_another_capacity() -> Refusal:
    """One's own certificate, asked for while acting for somebody else than its holder."""
    return Refusal("certificates.of_another_capacity", Kind.NOT_ALLOWED, acting=True)


def not_to_be_shown() -> Refusal:
    """What is not in force is not presented to anybody."""
    return Refusal("certificates.not_to_be_shown", Kind.CONFLICT)


def not_sealed() -> Refusal:
    """Return the refusal for a document that is not sealed yet."""
    return Refusal("certificates.not_sealed", Kind.UNAVAILABLE)


def not_now(state: str) -> Refusal:
    """Return the refusal for what may not become of a certificate any more."""
    return Refusal("certificates.not_now", Kind.CONFLICT, state=state)


def not_yours() -> Refusal:
    """Return the refusal for someone who may not revoke this certificate."""
    return Refusal("certificates.not_yours", Kind.NOT_ALLOWED)


def reason_missing(reason: str, basis: str) -> Refusal:
    """Return the refusal for a revocation without reason or legal basis."""
    return Refusal("certificates.reason_missing", Kind.INVALID, fields=_missing(reason, basis))


def _missing(reason: str, basis: str) -> dict[str, str]:
    given = {"reason": reason, "basis": basis}
    return {name: f"certificates.{name}_missing" for name, words in given.items() if not words}


def not_confirmed(reason: str, basis: str) -> Refusal:
    """Return the refusal for a revocation that nobody confirmed, with whatever else is missing."""
    fields = {**_missing(reason, basis), "confirmed": "certificates.not_confirmed"}
    return Refusal("certificates.not_confirmed", Kind.INVALID, fields=fields)


def words_too_long(field: str, limit: int) -> Refusal:
    """Return the refusal for more words than are kept."""
    fields = {field: "certificates.words_too_long"}
    return Refusal("certificates.words_too_long", Kind.INVALID, fields=fields, limit=limit)


def several_given() -> Refusal:
    """Return the refusal for a verification of several things at once."""
    return Refusal(
        "certificates.several_given", Kind.INVALID, fields={"code": "certificates.several_given"}
    )


def code_length(count: int, length: int) -> Refusal:
    """Return the refusal for a typed code with too few or too many characters to be one."""
    code = "certificates.code_length"
    return Refusal(code, Kind.INVALID, fields={"code": code}, count=count, length=length)


def code_characters(characters: str) -> Refusal:
    """Return the refusal for a typed code with characters that no code has."""
    code = "certificates.code_characters"
    return Refusal(code, Kind.INVALID, fields={"code": code}, characters=characters)


def code_is_number() -> Refusal:
    """Return the refusal for a certificate's identifier where its code is asked for."""
    code = "certificates.code_is_number"
    return Refusal(code, Kind.INVALID, fields={"code": code})


def code_unknown() -> Refusal:
    """Return the refusal for a typed code that no certificate issued here bears."""
    return Refusal(
        "certificates.code_unknown", Kind.INVALID, fields={"code": "certificates.code_unknown"}
    )


def nothing_given() -> Refusal:
    """Return the refusal for a verification of nothing."""
    return Refusal(
        "certificates.nothing_given", Kind.INVALID, fields={"code": "certificates.nothing_given"}
    )


def too_large(limit_mb: int) -> Refusal:
    """Return the refusal for an upload that no certificate can be."""
    return Refusal(
        "certificates.too_large",
        Kind.TOO_LARGE,
        fields={"file": "certificates.too_large"},
        limit=limit_mb,
    )


def credential_refused(reason: str) -> Refusal:
    """Return the refusal for a credential that does not verify; ``reason`` is a closed word."""
    return Refusal("certificates.credential_refused", Kind.INVALID, reason=reason)


def document_refused(reason: str) -> Refusal:
    """Return the refusal for a document that does not verify; ``reason`` is a closed word."""
    return Refusal("certificates.document_refused", Kind.INVALID, reason=reason)


def file_unreadable(path: str) -> Refusal:
    """Return the refusal for a file that cannot be read."""
    return Refusal("certificates.file_unreadable", Kind.INVALID, path=path)


def key_file_open(path: str) -> Refusal:
    """Return the refusal for a key that others on the machine can read."""
    return Refusal("certificates.key_file_open", Kind.UNAVAILABLE, path=path)


def key_missing(path: str) -> Refusal:
    """Return the refusal for a seal's key that is gone while its certificate is there."""
    return Refusal("certificates.key_missing", Kind.UNAVAILABLE, path=path)


def status_list_not_found() -> Refusal:
    """Return the refusal for a status list that does not exist."""
    return Refusal("certificates.status_list_not_found", Kind.NOT_FOUND)


def key_unfit(path: str) -> Refusal:
    """Return the refusal for a key that is not of the kind that seals use."""
    return Refusal("certificates.key_unfit", Kind.UNAVAILABLE, path=path)


def anchor_unreadable() -> Refusal:
    """Return the refusal for a trust file that holds no certificate."""
    return Refusal("certificates.anchor_unreadable", Kind.INVALID)


def nothing_sealed_yet() -> Refusal:
    """Return the refusal for a trust file before there is anything to trust."""
    return Refusal("certificates.nothing_sealed_yet", Kind.NOT_FOUND)
