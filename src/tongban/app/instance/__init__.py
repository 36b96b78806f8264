"""Instances as a whole: load all parts, check, plan, apply, export, import and start new ones."""

import datetime as dt
from pathlib import Path

from tongban.kernel.dates import ZONE, local_date
from tongban.kit.definitions.instance import Instance


def load(folder: Path, today: dt.date | None = None) -> Instance:
    """Return what a folder declares, with everything found wrong with it.

    ``today`` is the running date; when it is not given, today's in China, wherever the machine
    stands. Raises OSError without a folder.
    """
    from tongban.app.instance.parts import PARTS
    from tongban.kit.definitions.folder import read_folder
    from tongban.kit.definitions.loading import load as load_files

    running = today or local_date(dt.datetime.now(dt.UTC), ZONE)
    return load_files(read_folder(folder, PARTS), PARTS, running)
