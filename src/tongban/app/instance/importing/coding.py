"""Codes: of a service from its local code, and what the national code of 31 characters says.

GB/T 39554.1-2020: credit code of the department 18, level 1, base code 12 (division 2, type 2, main
item 5, sub-item 3); a handling item (业务办理项) has two digits more.
"""

import re
from dataclasses import dataclass

from tongban.kernel.characters import compact
from tongban.kernel.identifiers import Fault, credit_code_fault, implementation_code_fault
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.definitions.part import CODE

_LENGTHS = (31, 33)


def code_of(local_code: str) -> str:
    """Return the code of a service: its local code where that can stand in an address."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", local_code).strip("-._")
    if plain == local_code and CODE.fullmatch(plain):
        return plain
    return f"{plain[:80]}-{short(local_code)}".strip("-")


def short(words: str) -> str:
    """Return ten characters that stand for some words."""
    return fingerprint(words.encode("utf-8", "surrogatepass"))[:10]


def material_code(name: str) -> str:
    """Return the code of a paper: from its name, so that it stays when others come before it."""
    return f"m-{short(name)}"


@dataclass(frozen=True, slots=True)
class National:
    """A sound national code taken apart."""

    code: str

    @property
    def credit_code(self) -> str:
        """The credit code of the department."""
        return self.code[:18]

    @property
    def level(self) -> str:
        """行使层级, A.2."""
        return self.code[18]

    @property
    def type(self) -> str:
        """事项类型, A.1."""
        return self.code[21:23]


def national_of(text: str) -> National | None:
    """Return the national code that a text is, None where it is none that is sound."""
    if len(text) not in _LENGTHS or (len(text) == 33 and not text[31:].isdigit()):
        return None
    code = text[:31]
    if implementation_code_fault(code) is Fault.LOWER_CASE:
        code = code.upper()
    return National(code) if implementation_code_fault(code) is None else None


def is_sound(text: str) -> bool:
    """Whether a text is a whole code by its standard: a national one or a credit code."""
    return national_of(compact(text)) is not None or credit_code_fault(compact(text)) is None
