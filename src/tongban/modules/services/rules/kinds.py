"""Numbers and addresses as people type them: brought into their plain form, and looked at.

Full-width characters, spaces, dashes and what comes along unseen when a number is pasted are no
fault of anybody's; a digit too few is, and so is a sign that only looks like a digit.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

from tongban.kernel.characters import capitals, compact
from tongban.kernel.identifiers import Fault, TextKind, plain_mailbox, text_fault

_CHECKED: Mapping[TextKind, tuple[Fault, ...]] = {
    TextKind.RESIDENT_ID: (Fault.DATE, Fault.CHECK),
    TextKind.CREDIT_CODE: (Fault.CHECK, Fault.ORGANISATION_CHECK),
    TextKind.BANK_ACCOUNT: (Fault.CHECK,),
}
"""Faults that are told apart from not looking like one at all."""
_COUNTRY = re.compile(r"(?:\+86|0086)-*")
_EXTENSION = re.compile(
    r"(.{1,40}?)(?:-{0,4}(?:转|分机|EXT\.?|X|#)[:-]{0,4}|(?<=[0-9]{7})-)([0-9]{1,6})"
)
_AREA = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})")


_MONTH = re.compile(r"([0-9]{4})(?:(?:年|[-/.])([0-9]{1,2})月?|([0-9]{2}))")


LONGEST = 500
"""Characters of what can be anything of a kind; more is not looked at, and is none."""


def plain(kind: TextKind, typed: str) -> str:
    """Return what was typed in its plain form: half width, capitals, no ornament.

    A text of more than :data:`LONGEST` characters stays as it is. In a mail address every sign counts:
    ``_`` is no dash, and what a space parts is not joined.
    """
    if kind is TextKind.ANY or len(typed) > LONGEST:
        return typed
    if kind is TextKind.EMAIL:
        return plain_mailbox(typed).replace("。", ".")
    text = "".join(_dash(each) for each in compact(typed))
    match kind:
        case TextKind.MOBILE:
            return _mobile(text)
        case TextKind.PHONE:
            return _phone(capitals(text))
        case TextKind.MONTH:
            return _month(text)
        case _:
            return capitals(text.replace("-", ""))


def fault_of(kind: TextKind, text: str, today: dt.date) -> str:
    """Return the fact that a text in its plain form is no such thing, empty where nothing is wrong."""
    fault = text_fault(kind, text, today=today)
    if fault is None:
        return ""
    if fault in _CHECKED.get(kind, ()):
        return f"answer_{kind}_{'date' if fault is Fault.DATE else 'check'}"
    return f"answer_not_{kind}"


def _dash(character: str) -> str:
    return "-" if unicodedata.category(character) == "Pd" or character in "−_·" else character


def _month(text: str) -> str:
    """Return a month as ``2026-10``, also where it was written ``2026年10月``, ``2026/10``, ``202610``."""
    found = _MONTH.fullmatch(text)
    return f"{found[1]}-{found[2] or found[3]:0>2}" if found else text


def _mobile(text: str) -> str:
    found = re.fullmatch(r"(?:\+86|0086|86)?(1[0-9]{10})", text.replace("-", ""))
    return found[1] if found else text


def _phone(text: str) -> str:
    """Return a mobile number bare, any other with its area: ``0600-5550110`` or ``0600-5550110-12``."""
    if (mobile := _mobile(text)) != text or text.startswith("1"):
        return mobile
    number = _COUNTRY.sub("", text)
    extension = _EXTENSION.fullmatch(number)
    digits = re.sub(r"[()-]", "", extension[1] if extension else number)
    area = _AREA.fullmatch(digits)
    parts = [*(area.groups() if area else [digits]), *([extension[2]] if extension else [])]
    return "-".join(parts)
