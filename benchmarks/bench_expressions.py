"""A rule of three clauses against the same rule written as a Python function, in one run.

    python benchmarks/bench_expressions.py [--json]

The Python function has the same three truth values for absent data, because a rule without them
would answer another question. *explained* also works out every clause with its values.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import date

from tongban.kernel.dates import add_months
from tongban.kernel.expressions import evaluate, explain, parse

RULE = (
    'person.age >= 60 and person.city = "110101" '
    "and employment.registered_on + 12 months <= application.date"
)
VALUES: Mapping[str, object] = {
    "person.age": 65,
    "person.city": "110101",
    "employment.registered_on": date(2023, 1, 5),
    "application.date": date(2024, 3, 1),
}
ROUNDS = 7
AIM = 50_000


def by_hand(values: Mapping[str, object]) -> bool | None:
    """The same rule as a programmer would write it, None where it is unknown."""
    outcome: bool | None = True
    age, city = values.get("person.age"), values.get("person.city")
    registered, applied = values.get("employment.registered_on"), values.get("application.date")
    if not isinstance(age, int):
        outcome = None
    elif age < 60:
        return False
    if not isinstance(city, str):
        outcome = None
    elif city != "110101":
        return False
    if not isinstance(registered, date) or not isinstance(applied, date):
        return None
    return outcome if add_months(registered, 12) <= applied else False


def speed(work: Callable[[], object], times: int) -> float:
    """How often a second, the median of several rounds."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append(times / (time.perf_counter() - started))
    return statistics.median(rounds)


def main() -> None:
    """Run the comparison and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    expression = parse(RULE)
    assert evaluate(expression, VALUES) is by_hand(VALUES) is True
    ours = speed(lambda: evaluate(expression, VALUES), 40_000)
    hand = speed(lambda: by_hand(VALUES), 40_000)
    explained = speed(lambda: explain(expression, VALUES), 2_000)
    parsed = speed(lambda: parse(RULE), 1_000)
    found = {
        "evaluations": ours,
        "by_hand": hand,
        "ratio": ours / hand,
        "explained": explained,
        "parsed": parsed,
        "aim": AIM,
    }
    if asked.json:
        print(json.dumps(found))
        return
    print(f"one core, {ROUNDS} rounds, medians\n")
    print("| | /s | ratio to a Python function |\n|---|---|---|")
    print(f"| evaluated | {ours:,.0f} | **{ours / hand:.2f}x** |")
    print(f"| Python function | {hand:,.0f} | 1 |")
    print(f"| explained | {explained:,.0f} | {explained / hand:.3f}x |")
    print(f"| parsed | {parsed:,.0f} | |")
    print(f"\nAim: {AIM:,} evaluations/s: {'met' if ours >= AIM else 'missed'}.")


if __name__ == "__main__":
    main()
