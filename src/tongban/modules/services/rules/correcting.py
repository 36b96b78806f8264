"""补正: one notice that lists everything, and an answer to each thing it lists."""

from collections.abc import Collection, Iterable, Sequence

from tongban.modules.services.model import (
    Attachment,
    CaseValue,
    Changed,
    Correction,
    CorrectionItem,
    Origin,
    Plain,
)
from tongban.modules.services.rules.answers import fault_of_words

MOST_ITEMS = 50
MOST_DAYS = 60
"""Working days that a clerk may give at most."""
LONGEST = 500
_MATERIAL = "material."


def is_value(item: CorrectionItem) -> bool:
    """Whether the item asks for a value anew."""
    return bool(item.key) and not item.key.startswith(_MATERIAL)


def material_of(item: CorrectionItem) -> str:
    """Return the material the item asks for, empty when it asks for something else."""
    return item.key.removeprefix(_MATERIAL) if item.key.startswith(_MATERIAL) else ""


def keys_of(values: Iterable[CaseValue], materials: Iterable[str]) -> frozenset[str]:
    """Return what a notice can list: what was answered or fetched, and each material by its key."""
    listed = {v.key for v in values if v.origin in (Origin.ASKED, Origin.FETCHED)}
    return frozenset(listed | {_MATERIAL + code for code in materials})


def faults_of(items: Sequence[CorrectionItem], days: int, known: Collection[str]) -> dict[str, str]:
    """Return what is wrong with a notice, by field: it lists something, and says what is wrong.

    It lists only what the case has (``known``), once each, or something else in words.
    """
    faults: dict[str, str] = {}
    if not items or len(items) > MOST_ITEMS:
        faults["items"] = "services.correction_items_missing"
    keys = [item.key for item in items]
    if len(set(keys)) < len(keys) or any(key and key not in known for key in keys):
        faults["items"] = "services.correction_items_unknown"
    for item in items:
        if not item.text.strip():
            faults[f"text-{item.key}"] = "services.correction_text_missing"
        elif len(item.text) > LONGEST:
            faults[f"text-{item.key}"] = "services.answer_too_long"
    if not 1 <= days <= MOST_DAYS:
        faults["days"] = "services.correction_days_wrong"
    return faults


def is_same(correction: Correction, account: str, items: Sequence[CorrectionItem]) -> bool:
    """Whether a clerk is about to send just the notice that they sent."""
    return correction.asked_by == account and tuple(items) == correction.items


def changes_of(
    correction: Correction,
    before: Iterable[CaseValue],
    given: Iterable[CaseValue],
    attachments: Iterable[Attachment],
) -> tuple[Changed, ...]:
    """Return what an answer changes of everything that the notice lists, old beside new."""
    old, new = {each.key: each for each in before}, {each.key: each for each in given}
    files = tuple(attachments)
    return tuple(
        _files_changed(correction, item, files)
        if material_of(item)
        else _value_changed(old.get(item.key), new[item.key])
        for item in correction.items
        if material_of(item) or item.key in new
    )


def _value_changed(old: CaseValue | None, new: CaseValue) -> Changed:
    was, is_now = _said(old), _said(new)
    return Changed(
        key=new.key,
        type=new.type,
        old=was[0],
        old_origin=was[1],
        new=is_now[0],
        new_origin=is_now[1],
    )


def _said(value: CaseValue | None) -> tuple[Plain | None, Origin]:
    """Return what stood there, and whether a department gave it or the applicant said so."""
    if value is None:
        return None, Origin.ASKED
    return (value.value, value.origin) if value.claim is None else (value.claim, Origin.ASKED)


def _files_changed(
    correction: Correction, item: CorrectionItem, attachments: Iterable[Attachment]
) -> Changed:
    names: dict[bool, list[str]] = {True: [], False: []}
    for each in attachments:
        if each.material == material_of(item):
            names[each.at > correction.asked_at].append(each.called)
    old, new = ("、".join(names[later]) or None for later in (False, True))
    return Changed(key=item.key, type="files", old=old, new=new)


def answer_faults(
    correction: Correction, attachments: Iterable[Attachment], answer: str
) -> dict[str, str]:
    """Return what an answer still lacks: a file attached since for each material, or words."""
    since = {each.material for each in attachments if each.at > correction.asked_at}
    faults = {
        item.key: "services.material_missing"
        for item in correction.items
        if material_of(item) and material_of(item) not in since
    }
    if any(not item.key for item in correction.items) and not answer.strip():
        faults["answer"] = "services.answer_missing"
    elif fault := fault_of_words(answer, LONGEST):
        faults["answer"] = fault
    return faults
