"""The catalogue's index on both databases: search, filters, order, pages, who holds what."""

import msgspec
import pytest
from tests.builders import catalog as builders

from tongban.kernel.errors import Refusal
from tongban.kit import shelf
from tongban.kit.db import Database
from tongban.modules.catalog import actions, queries
from tongban.modules.catalog.model import ResourceFilter, Sort


@pytest.fixture
def city(database: Database) -> Database:
    builders.found(database)
    return database


def listed(database: Database, sort: Sort = Sort.RELEVANCE, **wanted: str) -> list[str]:
    with database.read() as reader:
        found = queries.search(reader.connection, ResourceFilter(**wanted), sort)
    return [line.code for line in found.lines]


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({}, ["101001/1", "306010/1", "306010/2"]),
        ({"text": "婚姻"}, ["306010/1"]),
        ({"text": "低保"}, ["306010/1"]),
        ({"text": "公安局"}, ["101001/1"]),
        ({"text": "306010/2"}, ["306010/2"]),
        ({"text": "register"}, ["101001/1", "306010/1"]),
        ({"department": builders.CIVIL}, ["306010/1", "306010/2"]),
        ({"share": "conditional"}, ["306010/1"]),
        ({"open": "yes"}, ["306010/2"]),
        ({"open": "no", "connected": "yes"}, ["101001/1", "306010/1"]),
        ({"cycle": "yearly"}, ["306010/2"]),
        ({"tree": "306"}, ["306010/1", "306010/2"]),
        ({"data_class": "sensitive"}, ["306010/1"]),
        ({"tree": "%"}, []),
    ],
)
def test_each_filter_narrows_the_list(
    city: Database, wanted: dict[str, str], codes: list[str]
) -> None:
    assert sorted(listed(city, Sort.RELEVANCE, **wanted)) == codes


def test_a_name_counts_more_than_a_mention(city: Database) -> None:
    assert listed(city, text="姓名")[0] == "101001/1"


def test_resources_are_ordered_by_sound_and_by_date(city: Database) -> None:
    assert listed(city, Sort.NAME) == ["306010/2", "306010/1", "101001/1"]
    assert listed(city, Sort.PUBLISHED) == ["306010/1", "101001/1", "306010/2"]


def test_one_word_is_enough_where_nothing_holds_all(city: Database) -> None:
    with city.read() as reader:
        found = queries.search(reader.connection, ResourceFilter(text="婚姻登记在哪个公园"))
    assert found.loose
    assert {line.code for line in found.lines} == {"306010/1", "306010/2"}


def test_pages_cut_the_list_without_losing_count(city: Database) -> None:
    with city.read() as reader:
        found = queries.search(reader.connection, ResourceFilter(), Sort.CODE, page=2, size=2)
    assert [line.code for line in found.lines] == ["306010/2"]
    assert (found.total, found.page, found.pages) == (3, 2, 2)


def test_the_graph_says_who_holds_an_element(city: Database) -> None:
    with city.read() as reader:
        held = queries.holdings(reader.connection, "person.name")
        graph = queries.holders(reader.connection)
    assert [(each.resource, each.position) for each in held] == [("101001/1", 1), ("306010/1", 4)]
    assert set(graph) == {
        "person.name", "person.id", "person.marital_status", "person.married_on",
        "person.allowance", "person.note",
    }  # fmt: skip


def test_an_item_may_be_shared_otherwise_than_its_resource(city: Database) -> None:
    with city.read() as reader:
        described = queries.described(reader.connection, "306010/1")
    assert [item.share.type for item in described.items] == ["conditional"] * 4 + ["none"]
    assert [name for _, name in described.path] == ["部门信息资源", "民政", "社会救助"]
    assert described.data_class == "sensitive"


def test_a_retired_resource_is_no_longer_listed(city: Database) -> None:
    def retire(unit: object) -> None:
        from tongban.kit.db import Unit

        assert isinstance(unit, Unit)
        gone = msgspec.structs.replace(builders.PARKS, retired=True)
        shelf.put(unit, "resources", gone.code, 2, gone)
        actions.reindex(unit)

    city.write(retire)
    assert listed(city) == ["101001/1", "306010/1"]


def test_secret_data_cannot_be_registered(database: Database) -> None:
    secret = msgspec.structs.replace(builders.PARKS, secret=True)
    with pytest.raises(Refusal) as refused:
        builders.found(database, [secret])
    assert refused.value.code == "catalog.secret_refused"


def test_unknown_codes_are_refused(city: Database) -> None:
    with city.read() as reader:
        with pytest.raises(Refusal, match=r"catalog\.resource_not_found"):
            queries.resource(reader.connection, "999999/1")
        with pytest.raises(Refusal, match=r"catalog\.element_not_found"):
            queries.element(reader.connection, "person.nothing")


def test_elements_are_found_by_code_name_and_class(city: Database) -> None:
    with city.read() as reader:
        by_name = queries.find_elements(reader.connection, "婚姻")
        by_class = queries.find_elements(reader.connection, data_class="public")
        by_subject = queries.find_elements(reader.connection, subject="organisation")
    assert [each.code for each in by_name] == ["person.marital_status"]
    assert (
        [each.code for each in by_class]
        == ["organisation.name"]
        == [each.code for each in by_subject]
    )
