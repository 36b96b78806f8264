"""Instances of a few lines, read from texts or from a folder."""

import datetime as dt
from pathlib import Path

from tongban.app.instance.parts import PARTS
from tongban.kit.definitions.folder import read_folder
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load, load_texts
from tongban.kit.definitions.snippets import files_of

TODAY = dt.date(2026, 11, 24)
_HOLIDAYS = ", ".join(f"{{date: YEAR-10-{day:02d}, name: 国庆节}}" for day in range(1, 12))
SMALL = """# file: government.yaml
name: 云汀市
division: "470181"
level: "4"
origin: yunting.example/ledger
demonstration: true
# file: calendar.yaml
years:
  - {year: 2026, source: 通知, holidays: [OF-2026]}
  - {year: 2027, source: 通知, holidays: [OF-2027]}
# file: departments.yaml
- {code: finance, name: 财政局}
# file: roles.yaml
- {code: clerk, name: 窗口人员, duties: [case.accept]}
"""
for _year in ("2026", "2027"):
    SMALL = SMALL.replace(f"OF-{_year}", _HOLIDAYS.replace("YEAR", _year))


def instance_of(snippet: str) -> Instance:
    """Return the instance that a snippet declares, every part as good as no part."""
    return load_texts(files_of(snippet), PARTS, TODAY)


def roles(text: str | bytes) -> Instance:
    """Return an instance whose only file is roles.yaml."""
    content = text if isinstance(text, str) else text.decode("utf-8", "surrogateescape")
    return load_texts({"roles.yaml": content}, PARTS, TODAY)


def codes(instance: Instance) -> list[str]:
    """Return the codes of what was found, in order."""
    return [finding.code for finding in instance.findings]


def write(folder: Path, snippet: str) -> Path:
    """Write a snippet's files into a folder."""
    for name, text in files_of(snippet).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def instance_in(folder: Path) -> Instance:
    """Return the instance in a folder."""
    return load(read_folder(folder, PARTS), PARTS, TODAY)
