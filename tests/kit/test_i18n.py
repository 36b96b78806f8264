"""How messages are filled in."""

import pytest

from tongban.kit.i18n import translate


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 working days late"),
        (1, "1 working day late"),
        ("1", "1 working day late"),
        (2, "2 working days late"),
    ],
)
def test_a_number_is_followed_by_the_form_of_its_noun(count: int | str, words: str) -> None:
    assert translate("en", "services.left.late", days=count) == words


def test_chinese_needs_no_other_form() -> None:
    assert translate("zh", "services.left.late", days=1) == "已超期 1 个工作日"


def test_what_is_missing_shows_as_its_name() -> None:
    assert translate("en", "services.left.late") == "{days} working days late"


def test_names_in_several_languages_are_said_in_the_reader_s() -> None:
    said = translate("en", "kit.page.source", department={"zh": "公安局", "en": "Police"})
    assert said == "Source: Police"
