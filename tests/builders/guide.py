"""The folder that the guide to a first service has its reader write, taken from the guide itself."""

import re
from pathlib import Path

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
_BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
_PLACE = re.compile(r"# (file|append): (\S+)\n")
NEW = re.compile(r"tongban new anping (.+)\n")
"""What follows the folder's name in the guide's first command."""


def text(language: str = "zh") -> str:
    """Return the guide."""
    ending = ".zh-CN.md" if language == "zh" else ".md"
    return (GUIDES / f"first-service{ending}").read_text("utf-8")


_CONNECTING = "\n## 7 "
"""Where the guide goes on to a department's database, which takes the place of what was written before."""


def pieces(language: str = "zh", *, connected: bool = False) -> list[tuple[str, str, str]]:
    """Return what is to be written: ``file`` or ``append``, the path, the lines.

    ``connected``: also what the guide writes about a department's database at its end.
    """
    found: list[tuple[str, str, str]] = []
    told = text(language) if connected else text(language).partition(_CONNECTING)[0]
    for block in _BLOCK.findall(told):
        parts = _PLACE.split(block)
        found += zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return found


def statements(language: str = "zh") -> str:
    """Return the SQL with which the guide makes a department's database."""
    (found,) = re.findall(r"```sql\n(.*?)```", text(language), re.DOTALL)
    return str(found)


def write(folder: Path, language: str = "zh", *, connected: bool = False) -> None:
    """Write into a new instance what the guide's reader writes."""
    for how, name, lines in pieces(language, connected=connected):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if how == "append" else ""
        path.write_text(before + lines, "utf-8")
