"""A command that a message or a guide names does what it says when it is copied into a shell."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tongban.app.cli import main
from tongban.app.instance.parts import ALL_RULES
from tongban.kernel.errors import Refusal
from tongban.kernel.text import LANGUAGES, say
from tongban.kit.i18n import catalogue

ROOT = Path(__file__).parents[2]
_STANDS_FOR = "实例文件夹|数据文件夹|备份文件|登录名|姓名|部门代号|角色代号"
"""What stands in a Chinese message for what its reader puts there; in English it is in capitals."""
_GIVEN = rf"--?[a-z][a-z-]*|\{{[a-z_]+\}}|[A-Z]{{2,}}\b|(?:{_STANDS_FOR})"
_IN_WORDS = re.compile(rf"(?<![\w./-])tongban((?: [a-z][a-z-]*)+(?: (?:{_GIVEN}))*)")
_INLINE = re.compile(r"`tongban ([^`]+)`")
_HELP = {"--help", "-h"}
_AFTER = re.compile(r" {3,}| # | [|>&]{1,2} ")
"""What ends a command in a block: a remark to its right, or what the shell does with it."""
_NAMED_ONLY = {"identity.setup.keys_advice"}
"""Messages that speak of a command and do not tell anybody to run it."""
_OF_A_GOVERNMENT = {"data", "instance", "demonstration", "trial", "folder", "into"}
"""What says of which government a command is; one that takes --data needs one of them."""
_INSIDE_BARS = re.compile(r" \| .*")
"""Several commands of a group, named in one: ``tongban account add | list``."""


def _leaf(words: list[str]) -> tuple[click.Command, list[str]] | None:
    """Return the command that some words name and what they give it, None where they name none."""
    command: click.Command = main
    while isinstance(command, click.Group) or hasattr(command, "get_command"):
        if words and words[0] in _HELP:
            break
        if not words:
            return None
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return None
        command, words = found, words[1:]
    return command, words


def _problem(words: list[str]) -> str:
    """Return why a command does not work when it is copied, nothing where it does."""
    found = _leaf(words)
    if found is None:
        return "no such command"
    command, given = found
    if _HELP & set(given):
        return ""
    try:
        with command.make_context(command.name, list(given)) as context:
            named = {key for key in _OF_A_GOVERNMENT if context.params.get(key)}
    except click.ClickException as error:
        return error.format_message()
    except Refusal as refusal:
        return refusal.code
    if "data" in context.params and not named:
        return "names no government (--data or --instance)"
    return ""


def _problem_in_words(words: list[str]) -> str:
    """Return why no beginning of some words is a whole command; prose may go on after it."""
    problems = []
    for end in range(len(words), 0, -1):
        problem = _problem(words[:end])
        if not problem:
            goes_on = words[end : end + 1]
            return f"no option {goes_on[0]}" if goes_on and goes_on[0].startswith("--") else ""
        problems.append(problem)
    return problems[-1] if problems else "no such command"


def _of_messages() -> Iterator[tuple[str, str]]:
    for name, texts in catalogue().items():
        for language in LANGUAGES:
            yield f"{name} ({language})", texts[language]
    for rule in ALL_RULES:
        for language, text in (("zh", rule.zh), ("en", rule.en), ("zh", say(rule.why, "zh"))):
            yield f"{rule.code} ({language})", text


def test_every_command_in_a_message_is_whole() -> None:
    assert [
        f"{name}: tongban{words[1]}: {problem}"
        for name, text in _of_messages()
        if name.partition(" ")[0] not in _NAMED_ONLY
        for words in _IN_WORDS.finditer(text.replace("\\n", "\n"))
        if (problem := _problem_in_words(words[1].split()))
    ] == []


def _pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*/*.md"), *ROOT.glob("examples/**/*.md")])


def _of_page(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield line, command and whether it stands in a block, where it is to be copied."""
    inside, kept = False, ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            inside = not inside
        elif inside:
            whole = (kept + line).strip().removeprefix("$ ")
            if whole.endswith("\\"):
                kept = whole[:-1]
                continue
            kept = ""
            if found := re.match(r"(?:[A-Z_]+=\S+ )*tongban (.*)", whole):
                yield number, _AFTER.split(found[1])[0], True
        else:
            yield from ((number, found[1], False) for found in _INLINE.finditer(line))


def _faults(page: Path) -> Iterator[str]:
    for number, command, block in _of_page(page.read_text("utf-8")):
        words = shlex.split(_INSIDE_BARS.sub("", command), comments=True)
        found = _leaf(words) if not block else None
        if not block and not words[-1].startswith("-") and (found is None or not found[1]):
            problem = "" if _is_name(words) else "no such command"
        else:
            problem = _problem(words)
        if problem:
            yield f"{page.relative_to(ROOT)}:{number}: tongban {command}: {problem}"


def _is_name(words: list[str]) -> bool:
    """Whether words are the bare name of a command, or of a group of them."""
    command: click.Command = main
    for word in words:
        found = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None  # fmt: skip # noqa: E501 - one way down
        if found is None:
            return False
        command = found
    return True


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_in_a_page_is_whole_or_only_a_name(page: Path) -> None:
    assert list(_faults(page)) == []


def _of_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "src/tongban").rglob("*.html")):
        for said in re.findall(
            r'command\(("tongban .*?)\) \}\}|>(tongban [^<]+)<', path.read_text("utf-8")
        ):
            yield path.name, "".join(said)


def _written(said: str) -> str:
    """Return a command of a template with X for each word that is filled in."""
    if said.startswith("tongban"):
        return re.sub(r"\{\{.*?\}\}", "X", said)
    plain = re.sub(r"\([^()]*\)", "x", said)
    parts = re.finditer(r'"([^"]*)"|([^"~]+)', plain)
    return "".join(one[1] or ("X" if (one[2] or "").strip() else "") for one in parts)


def test_every_command_on_a_page_is_whole() -> None:
    found = list(_of_templates())
    assert len(found) > 3
    assert [
        f"{name}: {problem}"
        for name, command in found
        if (problem := _problem(shlex.split(_written(command))[1:]))
    ] == []


def test_commands_that_do_not_work_are_seen() -> None:
    assert _problem("check".split())
    assert _problem("check a --no-such".split())
    assert _problem("doctor".split()) == "names no government (--data or --instance)"
    assert _problem("no such".split()) == "no such command"
    assert _problem_in_words("serve first".split())
    assert _problem_in_words("check {folder} --al it".split())
    assert not _problem_in_words("check {folder} to see them".split())


def test_sentences_are_told_at_the_terminal_with_the_command_as_it_is_typed_there() -> None:
    """``click.echo`` says what programs read, and nothing that comes from the catalogue of messages."""
    said = re.compile(r"click\.echo\([^\n]*(?:translate\(|sentence\(|\b_t\()")
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "src").rglob("*.py"))
        if said.search(path.read_text("utf-8"))
    ]
    assert found == []
