"""How often one must come, as listings write it: 0次, 一次, 0（全程网办）; 不超过1次 is no number."""

import re

from tongban.app.instance.importing.figures import FIGURE, figure
from tongban.app.instance.importing.findings import Doubt, Partly, Unfit
from tongban.app.instance.importing.normal import worded

_NONE = (
    r"(?:全程网办|全流程网办|不见面(?:审批|办理)?|零跑动|零跑腿|零次跑|(?:无|不)(?:需|用|须|需要)?(?:到|跑)(?:现场|窗口|大厅)?"
    r"|免跑|一次(?:都)?不(?:用)?跑)"
)
_IS_NONE = re.compile(rf"{_NONE}[。.]?")
_VISITS = re.compile(
    rf"(?:需|须)?(?:到|跑)?(?:办事|办理)?(?:现场|窗口|大厅)?(?:次数)?[:为]?({FIGURE})(?:次|趟|times?)?(?:\((.{{1,200}})\))?[。.]?"
)
_RANGE = re.compile(
    rf"(?:不超过|不多于|至多|最多|≤|<=?|少于).{{0,12}}"
    rf"|{FIGURE}次?(?:[-~—–至到或/、]){FIGURE}次?|{FIGURE}次?(?:以内|以下|以上|左右)"
)
_LONGEST = 200


def visits_of(said: str, key: str) -> int | Partly:
    """Return a number of visits. Raises Unfit, with a word of its own for a range."""
    words = worded(said) if len(said) <= _LONGEST else ""
    if _IS_NONE.fullmatch(words):
        return 0
    if _RANGE.fullmatch(words):
        raise Unfit("visits_range", key=key, value=said)
    found = _VISITS.fullmatch(words)
    number = figure(found[1]) if found else None
    note = (found[2] or "") if found else ""
    none = _IS_NONE.fullmatch(note) is not None
    if number is None or (number and none):
        raise Unfit("value_unfit", key=key, value=said)
    if not note or none:
        return number
    return Partly(number, (Doubt("note_not_kept", {"key": key, "value": said, "note": note}),))
