"""What writing a value needs to know: what its codes are called, its unit, and what is masked."""

from tongban.kernel.text import Text
from tongban.modules.services.model import CaseValue, Option, Origin
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.rules import form, masks


def options_and_unit(loaded: Loaded, key: str) -> tuple[tuple[Option, ...], Text]:
    """Return what the codes of a value are called, and its unit."""
    for situation in loaded.service.situations:
        if key == f"situation.{situation.code}":
            return situation.options, ""
    question = form.question_of(loaded.service, loaded.elements, key)
    return question.options, question.unit


def masked(loaded: Loaded, value: CaseValue, text: str) -> str:
    """Return a fetched text as its element says it is shown; what was typed is not masked."""
    element = loaded.elements.get(value.key)
    if element is None or value.origin is not Origin.FETCHED:
        return text
    return masks.mask(element.mask, text)
