"""Chinese full text: the same answers on both databases, and nothing typed is ever syntax."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, select, text

from tongban.kit import search
from tongban.kit.db import Database
from tongban.kit.search import Asked, TextIndex, cut

tables = MetaData()
index = TextIndex("kit_trial_text", tables)

TEXTS = {
    "subsidy": ["灵活就业社会保险补贴", "人力资源和社会保障局"],
    "dibao": ["城乡低保户信息", "民政局"],
    "house": ["不动产登记信息（IPv6 试点）", "自然资源局", "306010/1"],
    "licence": ["个体工商户营业执照", "市场监督管理局"],
    "marriage": ["結婚登記", "Marriage registration", "get married"],
}


@pytest.fixture
def empty(database: Database) -> Iterator[Database]:
    with database.engine.begin() as connection:
        tables.create_all(connection)
    yield database
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE kit_trial_text_fts"))
        tables.drop_all(connection)


@pytest.fixture
def filled(empty: Database) -> Database:
    empty.write(lambda unit: index.put(unit.connection, TEXTS))
    return empty


def found(database: Database, question: str, *, every: bool = True) -> list[str]:
    with database.read() as reader:
        hits = index.hits(reader.connection, question, every=every)
        if hits is None:
            return []
        rows = reader.connection.execute(select(hits.c.key).order_by(hits.c.rank, hits.c.key))
        return [row.key for row in rows]


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("就业", ["subsidy"]),
        ("低保", ["dibao"]),
        ("保户", ["dibao"]),
        ("户", ["dibao", "licence"]),
        ("不动产登记", ["house"]),
        ("社会保险 补贴", ["subsidy"]),
        ("就业的补贴", ["subsidy"]),
        ("ipv6", ["house"]),
        ("ＩＰ", ["house"]),
        ("306010", ["house"]),
        ("营业就业", []),
        ("补贴人力", ["subsidy"]),
        ("贴人", []),
        ("！？", []),
        ("營業執照", ["licence"]),
        ("结婚登记", ["marriage"]),
        ("married", ["marriage"]),
        ("marriages", ["marriage"]),
        ("how do I get married", ["marriage"]),
        ("registrat", ["marriage"]),
        ("the", []),
    ],
)
def test_a_stretch_of_two_or_more_characters_is_found_exactly(
    filled: Database, question: str, keys: list[str]
) -> None:
    assert sorted(found(filled, question)) == keys


def test_one_word_is_enough_when_asked_so(filled: Database) -> None:
    assert found(filled, "厨师就业补贴") == []
    assert found(filled, "厨师就业补贴", every=False) == ["subsidy"]


def test_words_of_a_question_that_tell_nothing_need_not_be_found(filled: Database) -> None:
    for question in ("怎么领就业补贴", "就业补贴需要什么材料", "how do I get married"):
        assert found(filled, question), question
    assert found(filled, "怎么办理") == []


def test_a_whole_word_ranks_before_a_stretch_across_two(empty: Database) -> None:
    texts = {"across": ["生产权力清单"], "whole": ["产权登记"]}
    empty.write(lambda unit: index.put(unit.connection, texts))
    assert found(empty, "产权") == ["whole", "across"]


def test_a_key_is_found_only_by_its_latest_text(filled: Database) -> None:
    filled.write(lambda unit: index.put(unit.connection, {"dibao": ["特困人员"]}))
    assert found(filled, "低保") == []
    assert found(filled, "特困") == ["dibao"]
    filled.write(lambda unit: index.remove(unit.connection, ["dibao", "nobody"]))
    assert found(filled, "特困") == []
    filled.write(lambda unit: index.clear(unit.connection))
    assert found(filled, "就业") == []


def test_more_keys_than_one_statement_takes_are_all_found(empty: Database) -> None:
    many = {f"key-{at}": ["婚姻登记"] for at in range(1001)}
    empty.write(lambda unit: index.put(unit.connection, many))
    assert len(found(empty, "婚姻")) == 1001


@given(st.text(max_size=60))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_is_a_question_and_never_syntax(filled: Database, typed: str) -> None:
    assert set(found(filled, typed)) <= set(TEXTS)


@pytest.mark.parametrize(
    "typed",
    ['"', "' OR 9=9 --", "words:就业", "就业*", "NEAR(就业 补贴)", "就业 & !补贴", "\\':*", "\0"],
)
def test_the_operators_of_either_database_are_only_letters(filled: Database, typed: str) -> None:
    assert set(found(filled, typed, every=False)) <= {"subsidy"}


@given(st.text(alphabet="灵活就业社会保险补贴", min_size=2, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_question_keeps_every_character_of_two_or_more(typed: str) -> None:
    assert "".join(cut(typed).split()) != ""
    assert set("".join(Asked(typed).words)) <= set(typed)


KEPT = {
    "sqlite": (
        "结婚 登记 结婚登记 companies compani of the city citi ipv6 补贴",
        "结婚 婚登 登记 记 补贴 贴",
    ),
    "postgresql": (
        (
            "'citi':16A 'city':15A 'compani':12A 'companies':11A 'ipv6':17A 'of':13A 'the':14A"
            " '婚登':2 '登记':3,9A '结婚':1,8A '结婚登记':10A '补贴':5,18A '记':4 '贴':6"
        ),
    ),
}


def test_what_is_kept_of_a_text_changes_only_together_with_the_number_of_its_form(
    filled: Database,
) -> None:
    """Upgraded governments make their indexes anew by that number: count it up with this."""
    texts = {"companies": ["結婚登記 Companies of the city, IPv6", "补贴"]}
    filled.write(lambda unit: index.put(unit.connection, texts))
    own = f"SELECT number FROM {index.name} WHERE key = 'companies'"
    column, key = ("words, pairs", "rowid") if filled.sqlite else ("vector", "number")
    with filled.read() as reader:
        kept = reader.connection.execute(
            text(f"SELECT {column} FROM {index.name}_fts WHERE {key} = ({own})")
        ).one()
    assert (search.form().split(" ")[0], tuple(kept)) == ("2", KEPT[filled.dialect])
