"""How a value is shown where it need not be seen whole."""

from collections.abc import Callable, Collection, Mapping

from tongban.kernel.identifiers import mask_account, mask_name, mask_phone, mask_resident_id


def _hide(text: str) -> str:
    return "*" * min(len(text), 8)


_MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "resident_id": mask_resident_id,
    "phone": mask_phone,
    "account": mask_account,
    "all": _hide,
}


def mask(kind: str, text: str) -> str:
    """Return the text masked as its element says; an unknown kind hides everything."""
    if not kind:
        return text
    return _MASKS.get(kind, _hide)(text)


def is_own(kind: str, text: str, applicant: Collection[str]) -> bool:
    """Whether it is just what the applicant is called or known by; others' names stay masked."""
    return kind in ("name", "resident_id") and text in applicant


def is_to_confirm(kind: str) -> bool:
    """Whether the applicant has to see it whole before the application is sent.

    What is hidden from others altogether is the applicant's own all the same: needs are about them.
    """
    return kind in ("account", "all")
