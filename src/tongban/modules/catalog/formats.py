"""The catalogue as files: the guide's 13 elements in its order, one object or row a resource."""

import datetime as dt
from collections.abc import Sequence
from typing import TypedDict

from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import Text, say
from tongban.modules.catalog.definition import (
    DataClass,
    ElementDefinition,
    ElementType,
    ResourceDefinition,
    ShareType,
)

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


class FormatObject(TypedDict):
    """信息资源格式."""

    category: str
    type: str
    note: str


class ItemObject(TypedDict):
    """信息项: one column of a resource, and the element it holds."""

    name: str
    element: str | None
    data_type: str
    length: int | None
    share: ShareType
    open: bool


class ShareObject(TypedDict):
    """共享类型、共享条件、共享方式."""

    type: ShareType
    condition: str
    basis: str
    method: list[str]


class OpenObject(TypedDict):
    """开放属性."""

    open: bool
    openness: str
    condition: str


class ResourceObject(TypedDict):
    """An information resource with the 13 elements of the guide (发改高技〔2017〕1272号)."""

    classification: list[str]
    name: str
    code: str
    provider_name: str
    provider_code: str
    abstract: str
    format: FormatObject
    items: list[ItemObject]
    share: ShareObject
    open: OpenObject
    update_cycle: str
    publish_date: dt.date | None
    related: list[str]
    connected: bool


class ElementObject(TypedDict):
    """A data element, and the codes of the resources that hold it."""

    code: str
    name: str
    subject: SubjectKind
    type: ElementType
    codes: dict[str, str]
    data_class: DataClass
    mask: str | None
    unit: str
    note: str
    held_by: list[str]


def resource_object(
    resource: ResourceDefinition,
    provider_name: str,
    provider_code: str,
    path: list[str],
    item_names: Sequence[Text],
    openness: str,
    language: str,
) -> ResourceObject:
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


def element_object(element: ElementDefinition, held_by: list[str], language: str) -> ElementObject:
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
