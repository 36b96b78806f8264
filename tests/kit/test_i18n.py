"""How messages are filled in."""

import pytest

from tongban.kit.i18n import translate


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 days late"), (1, "1 day late"), ("1", "1 day late"), (2, "2 days late")],
)
def test_a_number_is_followed_by_the_form_of_its_noun(count: int | str, words: str) -> None:
    assert translate("en", "services.clock.overdue_day", days=count) == words


def test_chinese_needs_no_other_form() -> None:
    assert translate("zh", "services.clock.overdue_day", days=1) == "已超期 1 日"


def test_what_is_missing_shows_as_its_name() -> None:
    assert translate("en", "services.clock.overdue_day") == "{days} days late"


def test_names_in_several_languages_are_said_in_the_reader_s() -> None:
    said = translate("en", "kit.page.source", department={"zh": "公安局", "en": "Police"})
    assert said == "Source: Police"
