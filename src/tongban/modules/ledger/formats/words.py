"""An entry in a reader's words: labels and values for a page or a terminal."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tongban.kernel.text import Text, say, together
from tongban.modules.ledger.model import PUBLIC_FIELDS, Entry, EntryKind, PublicValue

Words = Callable[..., str]
"""``t(name, **data)`` of the message catalogue, for one language."""
Called = Mapping[str, Mapping[str, Text]]
"""Names by code, by public field."""
NOTHING: Called = {}

_VOCABULARY = frozenset(
    (
        "outcome",
        "basis",
        "colour",
        "delivery",
        "status",
        "share_type",
        "proposed",
        "subject_kind",
        "reason",
        "what",
        "exception",
    )
)
_NONE_NAMED = "unknown"
"""The service of a disclosure for which none was named: no code, and nothing has this name."""
_ABOUT = (
    "service_name",
    "resource_name",
    "certificate_type_name",
    "instance_name",
    "explanation",
    "service",
    "resource",
    "certificate_type",
    "instance",
)


class Fact(NamedTuple):
    """One public fact: what it is, what it says, and the code behind a name."""

    label: str
    value: str
    code: str = ""


def facts_of(entry: Entry, language: str, t: Words, called: Called = NOTHING) -> list[Fact]:
    """Return an entry's public facts in the order of the closed list; a name and its code are one.

    ``called`` gives names for codes that the entry shows without one.
    """
    listed = [field for field in PUBLIC_FIELDS[entry.kind] if field in entry.public]
    listed += [field for field in entry.public if field not in listed]
    facts = []
    for field in listed:
        base = field.removesuffix("_name")
        if base != field and base in entry.public:
            continue
        label, value = t(f"ledger.field.{field}"), entry.public[field]
        if f"{field}_name" in entry.public or _is_known(called, field, value):
            facts.append(Fact(label, name_of(entry, field, language, called), str(value)))
        elif isinstance(value, list) and field in called:
            names = [say(called[field].get(code, code), language) for code in value]
            facts.append(Fact(label, together(names, language), together(value, language)))
        else:
            said = _shown(field, value, language, t, entry.kind)
            facts.append(Fact(label, said, _code_behind(field, value, said)))
    return facts


def _code_behind(field: str, value: PublicValue, said: str) -> str:
    """Return the word as the entry has it, where people read another: an auditor compares bytes.

    One that differs by its capital only is no other.
    """
    if field not in _VOCABULARY or not isinstance(value, str) or said.lower() == value.lower():
        return ""
    return value


def outcome_of(entry: Entry) -> PublicValue | None:
    """Return how something came out: given in part, where some of it could not be read."""
    outcome = entry.public.get("outcome") or entry.public.get("status")
    partly = outcome == "given" and entry.public.get("unreadable")
    return "partly_unreadable" if partly else outcome


def _is_known(called: Called, field: str, value: PublicValue) -> bool:
    return isinstance(value, str) and value in called.get(field, {})


def name_of(entry: Entry, field: str, language: str, called: Called = NOTHING) -> str:
    """Return the published name of a department, service …, else what it is called, else its code."""
    code = entry.public.get(field) or ""
    name = entry.public.get(f"{field}_name") or called.get(field, {}).get(str(code)) or code
    return say(name, language) if isinstance(name, str | dict) else str(name)


def about(entry: Entry, language: str, called: Called = NOTHING) -> str:
    """Return what an entry is about in a list: the service, resource, certificate or government."""
    for field in _ABOUT:
        name = entry.public.get(field)
        if isinstance(name, str):
            name = called.get(field, {}).get(name, name)
        if isinstance(name, str | dict) and name:
            return say(name, language)
    return ""


def word(value: PublicValue, t: Words, kind: EntryKind) -> str:
    """Return a word of a closed vocabulary in the reader's language; an unknown one as it stands.

    Where entries of one kind use a word in a sense of their own, that is what is said.
    """
    for name in (f"ledger.word.{kind}_{value}", f"ledger.word.{value}"):
        said = t(name)
        if said != name:
            return said
    return str(value)


def _shown(field: str, value: PublicValue, language: str, t: Words, kind: EntryKind) -> str:
    if isinstance(value, bool):
        return t("kit.value.yes" if value else "kit.value.no")
    if isinstance(value, dict):
        return say(value, language)
    if isinstance(value, list):
        return together(value, language)
    is_word = field in _VOCABULARY or (field == "service" and value == _NONE_NAMED)
    return word(value, t, kind) if is_word else str(value)
