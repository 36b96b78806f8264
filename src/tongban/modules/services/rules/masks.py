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


def is_to_confirm(kind: str, text: str, applicant: Collection[str]) -> bool:
    """Whether the applicant sees it whole, to confirm it before the application is sent.

    So are accounts, and what is just what the applicant is called or known by (``applicant``). A
    name or number of somebody else stays masked.
    """
    return kind == "account" or (kind in ("name", "resident_id") and text in applicant)
