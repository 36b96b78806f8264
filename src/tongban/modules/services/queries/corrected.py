"""What a correction changed, for whoever reviews and decides: asked, old, new, and who looked before."""

import datetime as dt

import msgspec

from tongban.kernel.text import Text
from tongban.modules.services.model import CaseValue, Changed, CorrectionItem, Origin, Plain
from tongban.modules.services.queries.loading import Loaded


class CorrectedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was asked for, with what stood there before and what stands there now."""

    item: CorrectionItem
    name: Text
    is_file: bool = False
    before: CaseValue | None = None
    after: CaseValue | None = None
    """None of both where words were asked for, or the answer is of before such things were kept."""


class Corrected(msgspec.Struct, frozen=True, kw_only=True):
    """The one correction of a case and its answer."""

    lines: tuple[CorrectedLine, ...]
    asked_at: dt.datetime
    supplied_at: dt.datetime | None
    answer: str
    compared: bool
    """Whether old and new values were kept."""

    @property
    def answered_in_line(self) -> bool:
        """Whether the words of the answer stand in a line of their own, as words were asked for."""
        return self.compared and any(not line.item.key for line in self.lines)


def corrected(loaded: Loaded) -> Corrected | None:
    """Return what the correction of a case asked for and changed; None where there was none."""
    asked = loaded.correction
    if asked is None:
        return None
    changes = {each.key: each for each in asked.changes}
    return Corrected(
        lines=tuple(_line(loaded, item, changes.get(item.key)) for item in asked.items),
        asked_at=asked.asked_at,
        supplied_at=asked.supplied_at,
        answer=asked.answer,
        compared=bool(asked.changes),
    )


def _line(loaded: Loaded, item: CorrectionItem, change: Changed | None) -> CorrectedLine:
    name = loaded.names.get(item.key, item.key)
    if change is None:
        return CorrectedLine(item=item, name=name)
    return CorrectedLine(
        item=item,
        name=name,
        is_file=change.type == "files",
        before=_value(loaded, change, change.old, change.old_origin),
        after=_value(loaded, change, change.new, change.new_origin),
    )


def _value(
    loaded: Loaded, change: Changed, content: Plain | None, origin: Origin
) -> CaseValue | None:
    if content is None:
        return None
    now = loaded.correction.supplied_at if loaded.correction else None
    return CaseValue(
        key=change.key,
        type=change.type,
        value=content,
        origin=origin,
        at=now or loaded.case.created_at,
    )
