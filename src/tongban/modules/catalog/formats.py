"""The catalogue as files: the guide's 13 elements in its order, one object or row a resource."""

from collections.abc import Sequence
from typing import Any

from tongban.kernel.text import Text, say
from tongban.modules.catalog.definition import ElementDefinition, ResourceDefinition

THIRTEEN = (
    "classification",
    "name",
    "code",
    "provider_name",
    "provider_code",
    "abstract",
    "format",
    "items",
    "share",
    "open",
    "update_cycle",
    "publish_date",
    "related",
)
"""Keys of the elements of 发改高技〔2017〕1272号, in the guide's order."""


def resource_object(
    resource: ResourceDefinition,
    provider_name: str,
    provider_code: str,
    path: list[str],
    item_names: Sequence[Text],
    openness: str,
    language: str,
) -> dict[str, Any]:
    """Return a resource as plain data under the keys of :data:`THIRTEEN`."""
    share, format_ = resource.share, resource.format
    return {
        "classification": path,
        "name": say(resource.name, language),
        "code": resource.code,
        "provider_name": provider_name,
        "provider_code": provider_code,
        "abstract": say(resource.abstract, language),
        "format": {
            "category": format_.category,
            "type": format_.type,
            "note": say(format_.note, language),
        },
        "items": [
            {
                "name": say(name, language),
                "element": item.element or None,
                "data_type": item.data_type,
                "length": item.length,
                "share": (item.share or share).type,
                "open": (item.open or resource.open).open,
            }
            for item, name in zip(resource.items, item_names, strict=True)
        ],
        "share": {
            "type": share.type,
            "condition": say(share.condition, language),
            "basis": say(share.basis, language),
            "method": list(share.method),
        },
        "open": {
            "open": resource.open.open,
            "openness": openness,
            "condition": say(resource.open.condition, language),
        },
        "update_cycle": resource.update_cycle,
        "publish_date": resource.publish_date,
        "related": list(resource.related),
        "connected": resource.link is not None,
    }


def element_object(element: ElementDefinition, held_by: list[str], language: str) -> dict[str, Any]:
    """Return an element as plain data, with the codes of the resources that hold it."""
    return {
        "code": element.code,
        "name": say(element.name, language),
        "subject": element.subject,
        "type": element.type,
        "codes": {value: say(name, language) for value, name in element.codes.items()},
        "data_class": element.data_class,
        "mask": element.mask or None,
        "unit": say(element.unit, language),
        "note": say(element.note, language),
        "held_by": held_by,
    }
