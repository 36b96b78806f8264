"""Starts a new instance: small, complete, honest, and ready to be extended."""

import json
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from tongban.app.instance.parts import PARTS
from tongban.app.instance.schema import schema_text
from tongban.kernel.errors import Kind, Refusal
from tongban.modules.government.definition import divisions
from tongban.modules.government.definition.checks import is_origin

NAME = "某县"
DIVISION = "000000"
SCHEMA = ".vscode/tongban.schema.json"
_DIVISION = re.compile(r"[0-9]{6}([0-9]{3}){0,2}")
_LEVELS = {6: "4", 9: "5", 12: "6"}
"""行使层级 of a division by the length of its code, where six digits do not say more."""


def start(folder: Path, *, name: str = "", division: str = "", origin: str = "") -> list[Path]:
    """Write a new instance into a new or empty folder; returns the files.

    Refuses a folder that holds anything, and a division code or a name of the ledger that is none.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal("app.folder_not_empty", Kind.CONFLICT, folder=str(folder))
    chosen = division or DIVISION
    if not _DIVISION.fullmatch(chosen):
        raise Refusal("app.bad_division", Kind.INVALID, division=chosen)
    if origin.strip() and not is_origin(origin.strip()):
        raise Refusal("app.bad_origin", Kind.INVALID, origin=origin)
    facts = {
        "name": _json_words(name.strip() or NAME),
        "title": (name.strip() or NAME).replace("\n", " "),
        "division": chosen,
        "level": level_of(chosen),
        "origin": _json_words(origin.strip() or f"d{chosen}.example/ledger"),
    }
    texts = {path: _filled(text, facts) for path, text in _files(_starter(), "")}
    texts.update(_editor())
    return sorted(_write(folder / path, text) for path, text in texts.items())


def proposed_name(division: str) -> str:
    """Return the name that the list of divisions has for a code of six digits, if any."""
    return divisions.name_of(division, divisions.listed())


def whereabouts(division: str) -> str:
    """Return the listed names of a division and of those above it."""
    return divisions.within(division, divisions.listed())


def level_of(division: str) -> str:
    """Return 行使层级 (GB/T 39046-2020 A.2) of a division code: zeros at its end mean higher up."""
    if len(division) != 6 or division == DIVISION:
        return _LEVELS[len(division)]
    if division.endswith("0000"):
        return "2"
    return "3" if division.endswith("00") else "4"


def _json_words(words: str) -> str:
    """Return words as a YAML scalar whatever they are: JSON's quotes are YAML's too."""
    return json.dumps(words, ensure_ascii=False)


def _starter() -> Traversable:
    return resources.files("tongban.app.instance") / "starter"


def _files(folder: Traversable, before: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            found += _files(entry, f"{before}{entry.name}/")
        else:
            found.append((f"{before}{entry.name}", entry.read_text("utf-8")))
    return found


def _filled(text: str, facts: dict[str, str]) -> str:
    for key, value in facts.items():
        text = text.replace("{" + key + "}", value)
    return text


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _editor() -> dict[str, str]:
    """Return what lets an editor complete and underline: the schema, and which file is which part."""
    texts = {SCHEMA: schema_text() + "\n"}
    schemas = {}
    for part in PARTS:
        path = f".vscode/tongban/{part.name}.json"
        texts[path] = _json({"$ref": f"../tongban.schema.json#/$defs/{part.name}"})
        schemas[f"./{path}"] = [f"{part.name}.yaml", f"{part.name}/**/*.yaml"]
    texts[".vscode/settings.json"] = _json({"yaml.schemas": schemas})
    return texts


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
