"""Imports run as somebody at a terminal runs them."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from tongban.app.cli import main

CATALOGUED = """# file: classification.yaml
- {code: "1", name: 基础信息资源}
- {code: "101", name: 国家人口基础信息}
- {code: "101003", name: 婚姻家庭}
# file: departments/more.yaml
- {code: civil-affairs, name: 民政局}
# file: resources/own.yaml
- code: 101003/9
  name: 登记信息
  provider: civil-affairs
  abstract: 登记
  format: {category: database}
  items: [{name: 姓名}, {name: 日期}]
  share: {type: conditional, condition: 办件}
"""
"""A catalogue of one resource, beside what the smallest instance has."""


def file(folder: Path, text: str, name: str = "listing.csv", encoding: str = "utf-8") -> Path:
    """Write a listing, or a map, as it stands, and return where it is."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def lined(folder: Path, *lines: str) -> Path:
    """Write the lines of a listing and return where it is."""
    return file(folder, "\n".join(lines) + "\n")


def run(listing: Path, into: Path, *options: str, kind: str = "service-items") -> Result:
    """Import a listing into a folder."""
    return CliRunner().invoke(
        main, ["import", kind, str(listing), "--into", str(into), *options], catch_exceptions=False
    )


def done(listing: Path, into: Path, *options: str, kind: str = "service-items") -> dict[str, Any]:
    """Import a listing and return what became of it."""
    result = run(listing, into, "--json", *options, kind=kind)
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert isinstance(found, dict)
    assert found["rows"] == found["imported"] + found["merged"] + found["left_out"]
    return found


def codes(found: dict[str, Any], line: int | None = None) -> set[str]:
    """Return the codes of what the import itself found, in one line or anywhere."""
    return {
        one["code"].removeprefix("import.")
        for one in found["findings"]
        if one["code"].startswith("import.") and (line is None or one["line"] == line)
    }


def checked(found: dict[str, Any]) -> list[tuple[int, str, str]]:
    """Return line, code and severity of what the checks find in what is written."""
    return [
        (one["line"], one["code"], one["severity"])
        for one in found["findings"]
        if not one["code"].startswith("import.")
    ]
