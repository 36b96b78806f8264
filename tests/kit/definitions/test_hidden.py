"""What a reviewer of a definition sees is what the machine reads."""

import pytest
from tests.builders.definitions import PARTS, TODAY, instance_of, roles

from tongban.kit.definitions.finding import Finding, Severity
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load_texts


def hidden(instance: Instance) -> list[Finding]:
    return [one for one in instance.findings if one.code == "definitions.hidden_character"]


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\x85", "U+0085 NEXT LINE"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
    ],
)
def test_a_hidden_character_is_an_error_at_its_place_with_its_name(
    character: str, name: str
) -> None:
    instance = roles(f"# 一\n- {{code: a, name: 窗口{character}人员, duties: [case.accept]}}\n")
    (found,) = hidden(instance)
    assert (found.severity, found.place.line) == (Severity.ERROR, 2)
    for language in ("zh", "en"):
        assert name in found.message(language)
        assert character not in found.message(language)


def test_a_comment_is_looked_at_too() -> None:
    instance = roles("# 不得\u202e批准\u202c\n- {code: a, name: 窗口, duties: [case.accept]}\n")
    assert [one.place.line for one in hidden(instance)] == [1]


@pytest.mark.parametrize("escape", ["\\u202e", "\\x07", "\\u200b"])
def test_an_escape_is_no_way_around(escape: str) -> None:
    instance = roles(f'- {{code: a, name: "窗口{escape}人员", duties: [case.accept]}}\n')
    assert len(hidden(instance)) == 1


def test_each_line_is_told_once_and_a_table_like_any_other_file() -> None:
    rows = "".join(f"d{n},局\u200b{n}\u200b\n" for n in range(3))
    instance = load_texts({"departments.csv": "\ufeffcode,name\n" + rows}, PARTS, TODAY)
    assert [one.place.line for one in hidden(instance)] == [2, 3, 4]


def test_what_a_script_needs_and_the_mark_of_a_file_are_no_fault() -> None:
    instance = instance_of(
        '\ufeff# file: roles.yaml\n- {code: a, name: "می\u200cخواهم", duties: [case.accept]}\n'
    )
    assert hidden(instance) == []
