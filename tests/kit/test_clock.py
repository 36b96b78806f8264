"""Time goes forward, and what is made later sorts later."""

import threading
from uuid import UUID

import pytest

from tongban.kernel.ids import CHANCE_BITS, uuid7
from tongban.kit import testing
from tongban.kit.clock import MovableClock, SystemClock, new_id


@pytest.mark.parametrize("clock", [testing.clock_at(), SystemClock()])
def test_identifiers_made_at_one_instant_sort_as_they_were_made(
    clock: MovableClock | SystemClock,
) -> None:
    made = [new_id(clock) for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_identifiers_are_of_the_seventh_kind_and_tell_their_millisecond() -> None:
    read = UUID(new_id(testing.clock_at()))
    assert (read.version, read.variant) == (7, "specified in RFC 4122")
    assert read.int >> 80 == int(testing.MORNING.timestamp() * 1000)


def test_threads_never_make_the_same_identifier() -> None:
    clock = testing.clock_at()
    made: list[str] = []
    makers = [
        threading.Thread(target=lambda: made.extend(new_id(clock) for _ in range(500)))
        for _ in range(8)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(set(made)) == 4000


def test_the_greatest_part_still_fits_and_a_greater_one_is_refused() -> None:
    assert UUID(uuid7(1, (1 << CHANCE_BITS) - 1)).version == 7
    with pytest.raises(ValueError, match="74 bits"):
        uuid7(1, 1 << CHANCE_BITS)
