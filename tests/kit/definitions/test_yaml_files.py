"""A YAML file is read plainly or refused with one clear finding: never a traceback, never a hang."""

import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.builders.definitions import codes, roles

from tongban.kit.definitions.nodes import Mapping, Scalar, place_of, plain
from tongban.kit.definitions.yaml_files import Refused, read

BILLION = (
    "a: &a [lol]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
    "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
)
NASTY: dict[str, tuple[bytes, str]] = {
    "aliases that explode": (BILLION.encode(), "alias"),
    "a list that holds itself": (b"&a [*a]\n", "alias"),
    "a mapping that holds itself": (b"&a {code: *a}\n", "alias"),
    "an alias to nothing": (b"- *nobody\n", "alias"),
    "an anchor alone": (b"- &a {code: clerk, name: x, duties: []}\n", "alias"),
    "a merge key": (b"- &a {code: c}\n- {<<: *a}\n", "alias"),
    "a Python object": (b"!!python/object/apply:os.system ['true']\n", "tag"),
    "a standard tag": (b"- !!binary aGVsbG8=\n", "tag"),
    "a local tag": (b"- !include secrets.yaml\n", "tag"),
    "the non-specific tag": (b"- ! x\n", "tag"),
    "a YAML directive": (b"%YAML 1.1\n---\n- x\n", "tag"),
    "a TAG directive": (b"%TAG ! tag:example.com,2026:\n---\n- x\n", "tag"),
    "two documents": (b"- {code: a}\n---\n- {code: b}\n", "several_documents"),
    "an ended document and more": (b"[]\n...\n---\n[]\n", "several_documents"),
    "GB 18030": ("- {code: clerk, name: 窗口}".encode("gb18030"), "not_utf8"),
    "UTF-16": ("- {code: clerk}".encode("utf-16"), "not_utf8"),
    "UTF-8 with a surrogate": (b"- {code: \xed\xa0\x80}\n", "not_utf8"),
    "overlong UTF-8": (b"- {code: \xc0\xaf}\n", "not_utf8"),
    "binary": (bytes(range(256)) * 10, "not_utf8"),
    "a null byte": (b"- {code: a\x00b}\n", "hidden_character"),
    "a control character": (b"- {code: a\x07b}\n", "hidden_character"),
    "an open bracket": (b"- {code: [a\n", "malformed"),
    "an open quote": (b'- {code: "a\n', "malformed"),
    "a tab as indentation": (b"a:\n\t- b\n", "wide_mark"),
    "a bad escape": (b'- {code: "\\q"}\n', "malformed"),
    "a colon too many": (b"a: b: c\n", "malformed"),
    "very deep lists": (b"[" * 100_000, "too_deep"),
    "very deep blocks": (b"- " * 5_000 + b"x", "too_deep"),
    "very deep mappings": (b"{a: " * 20_000, "too_deep"),
    "a very deep key": (b"? " * 5_000 + b"x", "too_deep"),
    "a list as a key": (b"? [a, b]\n: c\n", "key_not_a_word"),
    "a mapping as a key": (b"{{a: b}: c}\n", "key_not_a_word"),
    "the same key twice": (
        b"- {code: a, code: b, name: x, duties: [case.accept]}\n",
        "duplicate_key",
    ),
    "the same key in two spellings": (
        b'{code: a, "code": b, name: x, duties: [case.accept]}',
        "duplicate_key",
    ),
    "a word": (b"clerk\n", "not_a_mapping"),
    "a number": (b"42\n", "not_a_mapping"),
    "nothing": (b"", "empty"),
    "a comment": (b"# nothing yet\n", "empty"),
    "a null": (b"~\n", "empty"),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_file_gives_one_clear_finding_and_no_hang(name: str) -> None:
    content, code = NASTY[name]
    began = time.process_time()
    instance = roles(content)
    assert codes(instance) == [f"definitions.{code}"]
    assert time.process_time() - began < 2
    (finding,) = instance.findings
    assert finding.place.line >= 1
    assert finding.message("zh")
    assert finding.message("en")


def test_a_file_of_many_short_lists_takes_no_more_than_its_length() -> None:
    began = time.process_time()
    assert codes(roles(b"- [a, b]\n" * 20_000))[0] == "definitions.not_a_mapping"
    assert time.process_time() - began < 20


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"\xef\xbb\xbf")
@example(b"\xef\xbb\xbf- {code: a, name: b, duties: []}")
def test_no_bytes_at_all_bring_it_down(content: bytes) -> None:
    for finding in roles(content).findings:
        assert finding.message("zh")
        assert finding.message("en")


YAML_SIGNS = (
    "- ",
    "  ",
    "\n",
    ": ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "&a ",
    "*a",
    "!t ",
    "? ",
    "| ",
    "> ",
)
YAML_MORE = ("'", '"', "code", "name", "duties", "zh", "~", "null", "#", "---\n", "...\n", "%", "@")
YAML_WORDS = st.sampled_from((*YAML_SIGNS, *YAML_MORE, "<<", "\t", "甲"))


@settings(max_examples=400, deadline=None)
@given(st.lists(YAML_WORDS, max_size=40).map("".join))
def test_nothing_that_looks_like_yaml_brings_it_down(text: str) -> None:
    for finding in roles(text).findings:
        assert finding.message("zh")


def _quiet(*_args: Any, **_data: Any) -> None:
    return None


def test_values_stay_the_text_they_were_written_with() -> None:
    node = read(b"{type: 04, no: no, time: 12:30, version: 1.10, day: 2026-01-01}", _quiet)
    assert node is not None
    assert plain(node) == {
        "type": "04",
        "no": "no",
        "time": "12:30",
        "version": "1.10",
        "day": "2026-01-01",
    }


def test_what_is_left_empty_is_absent_and_an_empty_text_is_not() -> None:
    node = read(b"{a: , b: ~, c: null, d: '', e: 'null'}", _quiet)
    assert node is not None
    assert plain(node) == {"a": None, "b": None, "c": None, "d": "", "e": "null"}


def test_every_key_knows_its_line_and_column() -> None:
    node = read("甲: 1\n列表:\n  - {乙: 2}\n  - 丙: 3\n".encode(), _quiet)
    assert isinstance(node, Mapping)
    assert node.keys["列表"] == (2, 1)
    assert place_of(node, ("列表", 1, "丙")) == (4, 5)
    assert place_of(node, ("列表", 0, "乙")) == (3, 6)
    assert place_of(node, ("列表", 7)) == (2, 1)
    assert isinstance(node.values["甲"], Scalar)


def test_a_byte_order_mark_is_allowed() -> None:
    assert read(b"\xef\xbb\xbfcode: a\n", _quiet) is not None


def test_the_line_of_a_wrong_byte_is_told() -> None:
    places: list[tuple[int, int]] = []
    with pytest.raises(Refused):
        read(b"code: a\nname: \xff\n", lambda _r, line, column, **_d: places.append((line, column)))
    assert places == [(2, 7)]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("name: 幸福路 #3 楼", ["definitions.cut_short"]),
        ("name: 幸福路 #三号楼 # 原名", ["definitions.cut_short"]),
        ("name: 幸福路#3楼", []),
        ("name: '幸福路 #3 楼'", []),
        ("name: 幸福路 # 三号楼", []),
        ("name: 幸福路 ## 说明", []),
        ("name: |\n    幸福路 #3 楼", []),
        ("name: 窗口\n  # 三号楼\n  #三号楼", []),
    ],
)
def test_a_text_that_a_hash_cuts_short_is_told(written: str, told: list[str]) -> None:
    found: list[str] = []
    read(f"- {written}\n  days: 5 #天\n".encode(), lambda rule, *_, **__: found.append(rule.code))
    assert found == told
