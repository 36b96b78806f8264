"""Every decision about packages: pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tongban.modules.archive import errors
from tongban.modules.archive.model import TRANSITIONS, Document, Fixity, Flaw, Package, State

_UNFIT = re.compile(r'[%\x00-\x1f\x7f<>:"|?*\\]')
_LONGEST_PART = 150


def move(package: Package, to: State) -> None:
    """Refuse what may not become of the package."""
    if to not in TRANSITIONS[package.state]:
        raise errors.not_now(package.state.value)


def check_documents(documents: Iterable[Document]) -> None:
    """Refuse paths that would leave the package, would not survive on some disk, or come twice."""
    seen: set[str] = set()
    for document in documents:
        if not is_fit(document.name):
            raise errors.path_unfit(document.name)
        folded = unicodedata.normalize("NFC", document.name).casefold()
        if folded in seen:
            raise errors.path_twice(document.name)
        seen.add(folded)


def is_fit(path: str) -> bool:
    """Whether a relative path is safe on every disk: no way out, no odd characters."""
    parts = path.split("/")
    return bool(path) and all(
        part not in ("", ".", "..")
        and _UNFIT.search(part) is None
        and not part.endswith((" ", "."))
        and not part.startswith(" ")
        and len(part) <= _LONGEST_PART
        for part in parts
    )


def folder_name(division: str, year: int, service: str, case_number: str) -> str:
    """Name a package: 全宗号-年度-事项-办件编号, only characters that every disk can bear."""
    parts = (division, str(year), service, case_number)
    return "-".join(re.sub(r"[^0-9A-Za-z_.]+", "_", part).rstrip(".") or "0" for part in parts)


def judge(package: Package, digest: str, flaws: Sequence[Flaw]) -> Fixity:
    """Say whether a package is what was kept: nothing missing, altered or added, same digest."""
    found = list(flaws)
    if not found and digest != package.digest:
        found.append(Flaw("altered", "tagmanifest-sha256.txt"))
    return Fixity(package=package, sound=not found, flaws=tuple(found))


def missing(package: Package) -> Fixity:
    """Say that a package is gone."""
    return Fixity(package=package, sound=False, flaws=(Flaw("missing", package.name),))


def checked(package: Package, fixity: Fixity, at: datetime) -> Package:
    """Return the package after a check: damaged, or kept (again)."""
    state = State.KEPT if fixity.sound else State.DAMAGED
    move(package, state)
    fault = fixity.flaws[0].fault if fixity.flaws else ""
    return msgspec.structs.replace(package, state=state, checked_at=at, fault=fault)
