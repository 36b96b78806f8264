"""An entry in a reader's words: labels and values for a page or a terminal."""

from collections.abc import Callable
from typing import NamedTuple

from tongban.kernel.text import say
from tongban.modules.ledger.model import PUBLIC_FIELDS, Entry, PublicValue

Words = Callable[..., str]
"""``t(name, **data)`` of the message catalogue, for one language."""

_VOCABULARY = frozenset(
    ("outcome", "basis", "delivery", "status", "share_type", "proposed", "subject_kind", "reason")
)
_ABOUT = (
    "service_name",
    "resource_name",
    "certificate_type_name",
    "instance_name",
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


def facts_of(entry: Entry, language: str, t: Words) -> list[Fact]:
    """Return an entry's public facts in the order of the closed list; a name and its code are one."""
    listed = [field for field in PUBLIC_FIELDS[entry.kind] if field in entry.public]
    listed += [field for field in entry.public if field not in listed]
    facts = []
    for field in listed:
        base = field.removesuffix("_name")
        if base != field and base in entry.public:
            continue
        label, value = t(f"ledger.field.{field}"), entry.public[field]
        if f"{field}_name" in entry.public:
            facts.append(Fact(label, name_of(entry, field, language), str(value)))
        else:
            facts.append(Fact(label, _shown(field, value, language, t)))
    return facts


def name_of(entry: Entry, field: str, language: str) -> str:
    """Return the published name of a department, service …, else its code, else nothing."""
    name = entry.public.get(f"{field}_name") or entry.public.get(field) or ""
    return say(name, language) if isinstance(name, str | dict) else str(name)


def about(entry: Entry, language: str) -> str:
    """Return what an entry is about in a list: the service, resource, certificate or government."""
    for field in _ABOUT:
        name = entry.public.get(field)
        if isinstance(name, str | dict) and name:
            return say(name, language)
    return ""


def word(value: PublicValue, t: Words) -> str:
    """Return a word of a closed vocabulary in the reader's language; an unknown one as it stands."""
    name = f"ledger.word.{value}"
    said = t(name)
    return str(value) if said == name else said


def _shown(field: str, value: PublicValue, language: str, t: Words) -> str:
    if isinstance(value, bool):
        return t("kit.value.yes" if value else "kit.value.no")
    if isinstance(value, dict):
        return say(value, language)
    if isinstance(value, list):
        return (", " if language == "en" else "、").join(value)
    return word(value, t) if field in _VOCABULARY else str(value)
