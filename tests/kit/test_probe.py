"""A question to something that may hang is asked once at a time, and nobody waits for it twice."""

import threading
from itertools import count

import pytest

from tongban.kit.probe import Probe


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_flood_of_questions_costs_one_as_long_as_the_answer_counts() -> None:
    time, asked = Time(), count(1)
    probe = Probe(lambda: next(asked), keep=1.0, patience=20.0, clock=time)
    assert [probe.wait() for _ in range(100)] == [1] * 100
    time.now += 1.1
    assert [probe.wait() for _ in range(100)] == [2] * 100


def test_while_it_hangs_nobody_waits_again_and_no_second_thread_asks() -> None:
    going_on, asked = threading.Event(), []
    time = Time()

    def ask() -> str:
        asked.append(1)
        going_on.wait(60)
        return "at last"

    probe = Probe(ask, keep=1.0, patience=0.05, clock=time)
    assert probe.wait() is None
    time.now += 5
    assert [probe.begin() for _ in range(100)] == [None] * 100
    assert len(asked) == 1
    time.now = 100.0
    late = probe.begin()
    assert late is not None
    going_on.set()
    assert late.result(20) == "at last"
    assert probe.wait() == "at last"


def test_a_fault_is_raised_by_who_asks_and_the_question_is_asked_again() -> None:
    time, faults = Time(), [ValueError("wrong")]

    def ask() -> str:
        if faults:
            raise faults.pop()
        return "well"

    probe = Probe(ask, keep=1.0, patience=20.0, clock=time)
    with pytest.raises(ValueError, match="wrong"):
        probe.wait()
    time.now += 1.1
    assert probe.wait() == "well"
