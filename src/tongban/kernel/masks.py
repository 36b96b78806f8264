"""How a value is shown where it need not be seen whole: one table for every page that shows one."""

from collections.abc import Callable, Mapping

from tongban.kernel.identifiers import mask_account, mask_name, mask_phone, mask_resident_id

HIDDEN = "***"
"""What stands for a text of which nothing is shown, not even how long it is."""

_MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "resident_id": mask_resident_id,
    "phone": mask_phone,
    "account": mask_account,
}


def masked(kind: str, text: str) -> str:
    """Return the text masked as its element says; ``all`` and an unknown kind hide everything."""
    if not kind:
        return text
    known = _MASKS.get(kind)
    return known(text) if known else HIDDEN
