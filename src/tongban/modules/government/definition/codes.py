"""Codes of GB/T 39046-2020, annex A (normative): levels and natures of departments."""

from collections.abc import Mapping

LEVELS: Mapping[str, dict[str, str]] = {
    "1": {"zh": "国家级", "en": "National"},
    "2": {"zh": "省级", "en": "Provincial"},
    "3": {"zh": "市级", "en": "Prefectural"},
    "4": {"zh": "县级", "en": "County"},
    "5": {"zh": "镇（乡、街道）级", "en": "Township"},
    "6": {"zh": "村（社区）级", "en": "Village or community"},
    "7": {"zh": "分级管理", "en": "Several levels"},
}
"""A.2 行使层级."""

NATURES: Mapping[str, dict[str, str]] = {
    "1": {"zh": "法定机关", "en": "Statutory body"},
    "2": {"zh": "授权组织", "en": "Authorised organisation"},
    "3": {"zh": "受委托组织", "en": "Entrusted organisation"},
    "9": {"zh": "其他", "en": "Other"},
}
"""A.3 实施主体性质."""
