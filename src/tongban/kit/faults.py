"""What a log may say of a fault: what kind and where, never a message that may hold somebody's data."""

import traceback
from pathlib import Path

from tongban.kernel.errors import Refusal

_MOST_CAUSES = 5


def where(error: BaseException) -> str:
    """Return the kind of a fault and the places it came through, the innermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    places = (f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{type(error).__name__} at " + " < ".join(places)


def chain(error: BaseException) -> str:
    """Return where a fault came from, and what it came of, as far as five faults back."""
    told: list[str] = []
    each: BaseException | None = error
    while each is not None and len(told) < _MOST_CAUSES:
        code = f" ({each.code})" if isinstance(each, Refusal) else ""
        told.append(where(each) + code)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "; because of ".join(told)


def kind_of(error: BaseException) -> str:
    """Return what is kept of a fault: a refusal's code or the kind of exception, never its words."""
    return error.code if isinstance(error, Refusal) else type(error).__name__


def reraise_stop(error: BaseException) -> None:
    """Pass on what ends the process; all else is a fault, such as a panic in a library of Rust."""
    if isinstance(error, KeyboardInterrupt | SystemExit):
        raise error
