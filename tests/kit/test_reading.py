"""What a request says of itself: which forms of an answer it takes."""

import pytest

from tongban.kit.interface.reading import accepts

JSON = "application/json"


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        *[("", True), ("*/*", True), ("application/*", True), (JSON, True), ("text/html", False)],
        *[(f"{JSON};q=0", False), (f"{JSON};q=0.0, text/html", False), ("*/*;q=0", False)],
        (f"{JSON};q=0, */*", False),
        (f"*/*, {JSON};q=0.000", False),
        ("application/*;q=0, */*", False),
        (f"application/*;q=0, {JSON};q=0.1", True),
        (f"{JSON}, */*;q=0", True),
        (f"text/html, {JSON};q=0.001", True),
    ],
)
def test_of_the_ranges_that_a_form_is_in_the_most_specific_one_decides(
    said: str, taken: bool
) -> None:
    assert accepts(said, JSON) is taken
