"""Files that come with a form: all that were chosen are kept, and what is wrong is told at each."""

from collections.abc import Iterable
from typing import Any

from litestar.datastructures import UploadFile

from tongban.kernel.actors import Actor
from tongban.kernel.errors import Kind, Refusal
from tongban.kit.http import house
from tongban.modules.services import actions
from tongban.modules.services.pages.showing import AnyRequest

LARGEST_FORM = 128 * 1024 * 1024
"""Bytes of a form with its files; a single file that is too large is told at its field."""


async def attach_chosen(
    request: AnyRequest, actor: Actor, case: str, form: Any, materials: Iterable[str]
) -> dict[str, str]:
    """Attach every file of the form that was chosen for one of ``materials``.

    ``upload`` in the form names the material whose own button was pressed: a file for it must have
    been chosen. Returns what is wrong, by the code of the material.
    """
    faults: dict[str, str] = {}
    for material in materials:
        file = form.get(f"file-{material}")
        chosen = isinstance(file, UploadFile) and bool(file.filename)
        if not chosen and material != form.get("upload"):
            continue
        content, name = (await file.read(), file.filename) if chosen else (b"", "")
        try:
            await _attach(request, actor, case, material, name, content)
        except Refusal as refusal:
            if refusal.kind is not Kind.INVALID:
                raise
            faults[material] = next(iter(refusal.fields.values()))
    return faults


async def _attach(
    request: AnyRequest, actor: Actor, case: str, material: str, name: str, content: bytes
) -> None:
    await house(request).write(
        lambda unit: actions.attach(unit, actor, case, material, name, content)
    )
