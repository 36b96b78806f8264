"""The parts of an instance that catalog owns."""

import re

from tongban.kit.definitions.part import Part, checks_of
from tongban.modules.catalog.definition import (
    ClassificationDefinition,
    ElementDefinition,
    ResourceDefinition,
    checks_elements,
    checks_resources,
)

PARTS: tuple[Part, ...] = (
    Part(
        name="elements",
        shape=ElementDefinition,
        title={"zh": "数据元", "en": "elements"},
        checks=checks_of(ElementDefinition, checks_elements),
        code=re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+"),
        code_words={
            "zh": "小写字母、数字和下划线，用点分开，以主体类型开头，如 person.marital_status",
            "en": "lower-case letters, digits and _, parted by dots, the subject kind first, as in "
            "person.marital_status",
        },
    ),
    Part(
        name="classification",
        shape=ClassificationDefinition,
        title={"zh": "分类", "en": "classification"},
        checks=checks_of(ClassificationDefinition, checks_elements),
    ),
    Part(
        name="resources",
        shape=ResourceDefinition,
        title={"zh": "信息资源", "en": "resources"},
        checks=checks_of(ResourceDefinition, checks_resources),
        code=None,
    ),
)
