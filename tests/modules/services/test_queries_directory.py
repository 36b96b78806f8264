"""The directory of services on both databases: search, filters, counts, versions, speed."""

import time
from functools import partial
from pathlib import Path

import pytest
from msgspec import Struct
from tests.builders import catalog
from tests.builders import services as builders
from tests.builders.catalog import CIVIL, LABOUR
from tests.builders.services import SUBSIDY

from tongban.kernel.errors import Refusal
from tongban.kit import shelf, testing
from tongban.kit.db import Database
from tongban.modules.services import actions, queries
from tongban.modules.services.model import (
    NOT_STATED,
    Facet,
    Service,
    ServiceFilter,
    ServicePage,
    ServiceStatus,
)


def listed(code: str, name: str, **changed: object) -> Service:
    values: dict[str, object] = {"department": CIVIL, "type": "07", **changed}
    return Service(code=code, name=name, **values)  # type: ignore[arg-type]  # builder


SERVICES = (
    builders.definition(),
    listed("marriage", "结婚登记", audience=("1",), life_events=("marry",)),
    listed("divorce", "离婚登记", audience=("1",)),
    listed("society", "社会团体成立登记", audience=("4",), department=LABOUR),
)


@pytest.fixture
def city(database: Database) -> Database:
    catalog.found(database)
    database.write(lambda unit: builders.adopt(unit, {one.code: one for one in SERVICES}))
    return database


def search(database: Database, page: int = 1, **wanted: object) -> ServicePage:
    with database.read() as reader:
        asked = ServiceFilter(**wanted)  # type: ignore[arg-type]  # builder
        return queries.search(reader.connection, asked, page)


def codes(found: ServicePage) -> list[str]:
    return [line.code for line in found.lines]


def test_what_can_be_applied_for_comes_first(city: Database) -> None:
    found = search(city)
    assert codes(found)[0] == SUBSIDY
    assert found.total == 4


def test_search_finds_names_keywords_and_departments(city: Database) -> None:
    assert codes(search(city, text="结婚")) == ["marriage"]
    assert codes(search(city, text="社保补贴")) == [SUBSIDY]
    assert set(codes(search(city, text="民政局"))) == {"marriage", "divorce"}


def test_where_nothing_holds_every_word_one_is_enough_and_that_is_said(city: Database) -> None:
    found = search(city, text="结婚 护照")
    assert codes(found) == ["marriage"]
    assert found.loose
    assert not search(city, text="结婚").loose


@pytest.mark.parametrize("text", ['"', "(", "登记 AND", "*", "', --", "\x00"])
def test_nothing_that_is_typed_breaks_the_search(city: Database, text: str) -> None:
    assert search(city, text=text).total >= 0


def test_filters_narrow_down_together(city: Database) -> None:
    assert set(codes(search(city, department=CIVIL))) == {"marriage", "divorce"}
    assert codes(search(city, type="05")) == [SUBSIDY]
    assert codes(search(city, audience="4")) == ["society"]
    assert codes(search(city, life_event="marry")) == ["marriage"]
    assert codes(search(city, can_apply=True)) == [SUBSIDY]
    assert codes(search(city, department=CIVIL, text="离婚")) == ["divorce"]


def test_each_filter_counts_what_the_others_leave(city: Database) -> None:
    with city.read() as reader:
        found = queries.facets(reader.connection, ServiceFilter(department=CIVIL, type="07"))
    assert found.departments == (Facet(value=CIVIL, count=2), Facet(value=LABOUR, count=1))
    assert found.types == (Facet(value="07", count=2),)
    assert found.audiences == (Facet(value="1", count=2),)


def test_the_counts_of_for_whom_follow_the_search_and_not_their_own_filter(
    city: Database,
) -> None:
    with city.read() as reader:
        wanted = ServiceFilter(text="离婚", audience="4")
        found = queries.facets(reader.connection, wanted).audiences
    assert found == (Facet(value="1", count=1),)


def test_what_is_not_stated_is_counted_and_can_be_chosen(city: Database) -> None:
    bare = {"bare": listed("bare", "某项登记", type="")}
    city.write(lambda unit: builders.adopt(unit, bare))
    with city.read() as reader:
        found = queries.facets(reader.connection, ServiceFilter(text="某项"))
    assert found.types == found.audiences == (Facet(value=NOT_STATED, count=1),)
    assert codes(search(city, type=NOT_STATED)) == ["bare"]
    assert codes(search(city, audience=NOT_STATED)) == ["bare"]
    assert codes(search(city, audience=NOT_STATED, type="07")) == []


def test_a_retired_service_leaves_the_directory(city: Database) -> None:
    city.write(lambda unit: builders.adopt(unit, {}, retired=["divorce"]))
    assert "divorce" not in codes(search(city))
    with city.read() as reader, pytest.raises(Refusal):
        queries.guide(reader.connection, "divorce")


def test_a_retired_service_is_called_as_it_was_last_where_cases_still_speak_of_it(
    city: Database,
) -> None:
    renamed = listed("divorce", "协议离婚登记", version=2)
    city.write(lambda unit: builders.adopt(unit, {"divorce": renamed}))
    city.write(lambda unit: builders.adopt(unit, {}, retired=("divorce",)))
    with city.read() as reader:
        found = queries.names_of_services(reader.connection, ["divorce", "marriage", "unknown"])
    assert found == {"divorce": "协议离婚登记", "marriage": "结婚登记", "unknown": "unknown"}


def test_a_new_version_takes_the_place_of_the_old(city: Database) -> None:
    newer = listed("marriage", "结婚登记（新）", version=2)
    city.write(lambda unit: builders.adopt(unit, {"marriage": newer}))
    assert search(city).total == 4
    assert search(city, text="结婚").lines[0].name == "结婚登记（新）"
    with city.read() as reader:
        assert queries.service(reader.connection, "marriage", 1).name == "结婚登记"


def test_the_directory_can_be_made_anew_from_the_shelf(city: Database) -> None:
    before = search(city)
    city.write(actions.reindex)
    assert search(city) == before


def test_the_front_page_knows_what_is_open_and_how_much_there_is(city: Database) -> None:
    with city.read() as reader:
        assert [one.code for one in queries.open_services(reader.connection)] == [SUBSIDY]
        counted = queries.counts(reader.connection)
    assert counted == {"services": 4, "open": 1, "departments": 2}


def test_the_guide_says_who_holds_what_and_which_papers_that_replaces(city: Database) -> None:
    with city.read() as reader:
        found = queries.guide(reader.connection, SUBSIDY)
    assert found.is_open
    assert [need.provider for need in found.needs] == ["public-security", CIVIL]
    assert found.replaced == {"marriage"}


def test_a_page_beyond_the_last_is_empty_and_not_a_fault(city: Database) -> None:
    found = search(city, page=99)
    assert found.lines == ()
    assert found.total == 4


def test_ten_thousand_services_are_searched_in_no_time(tmp_path: Path) -> None:
    for database in testing.opened(testing.sqlite_database(tmp_path)):
        catalog.found(database)
        many = {
            f"s{number}": listed(
                f"s{number}",
                f"第{number}号登记事项" if number % 100 else f"第{number}号护照办理",
                audience=("1",),
                status=ServiceStatus.LISTED,
            )
            for number in range(10_000)
        }
        at_once: dict[str, tuple[int, Struct]] = {code: (1, one) for code, one in many.items()}
        database.write(partial(shelf.put_all, part=queries.PART, values=at_once))
        database.write(actions.reindex)
        with database.read() as reader:
            for wanted in (ServiceFilter(), ServiceFilter(text="护照"), ServiceFilter(type="07")):
                begun = time.process_time()
                found = queries.search(reader.connection, wanted, 3)
                queries.facets(reader.connection, wanted)
                assert found.total
                assert time.process_time() - begun < 1
