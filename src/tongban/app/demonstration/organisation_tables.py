"""What departments write about organisations, real estate, vehicles and places."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random

from tongban.app.demonstration import names
from tongban.app.demonstration.lives import Home, Vehicle
from tongban.app.demonstration.numbers import DIVISION, phone, plate, real_estate_unit
from tongban.app.demonstration.organisations import Organisation
from tongban.app.demonstration.person_tables import certificate_number
from tongban.app.demonstration.tables import (
    Row,
    Table,
    amounts,
    hundredths,
    joined,
    numbers,
    texts,
    wan_yuan,
    yuan,
)
from tongban.app.demonstration.town import Town
from tongban.kernel.dates import add_months

# Business register ------------------------------------------------------------------------------


def registration(town: Town) -> list[Table]:
    """Return the business register."""
    businesses = [one for one in town.organisations if one.type != "association"]
    return [
        Table(
            "organisation",
            joined(
                texts("credit_code", "name", "type", "status"),
                texts("legal_representative", "legal_representative_id"),
                amounts("registered_capital"),
                texts("established_on", "address", "industry", "business_scope", "phone"),
                numbers("employees"),
            ),
            (_registered(one, town.employees) for one in businesses),
        ),
        Table(
            "position",
            joined(texts("resident_id"), numbers("company_count", "trader_count")),
            _positions(town),
        ),
        Table(
            "abnormal",
            joined(texts("credit_code", "name"), numbers("abnormal"), texts("abnormal_reason")),
            (_abnormal(one) for one in businesses),
        ),
        Table(
            "penalty",
            joined(texts("credit_code", "name"), numbers("penalties")),
            ((one.code, one.name, _penalties(one)) for one in businesses),
        ),
        Table(
            "food_permit",
            texts("credit_code", "name", "food_permit_number", "food_permit_valid_until"),
            (
                (
                    one.code,
                    one.name,
                    f"JY{DIVISION}{one.serial:06d}",
                    add_months(town.today, 2 + one.serial % 58).isoformat(),
                )
                for one in businesses
                if "餐饮" in one.scope or "食品" in one.scope
            ),
        ),
    ]


def _registered(one: Organisation, employees: Counter[str]) -> Row:
    return (
        one.code,
        one.name,
        one.type,
        one.status,
        one.representative_name,
        one.representative,
        wan_yuan(one.capital),
        one.established_on.isoformat(),
        one.address,
        one.industry,
        one.scope,
        phone(one.serial + 80_000),
        employees[one.code] + 1 + one.serial % 3,
    )


def _positions(town: Town) -> Iterator[Row]:
    """Count what each adult represents: closed businesses do not count."""
    active = [one for one in town.organisations if one.status == "active"]
    companies = Counter(one.representative for one in active if one.type == "company")
    traders = Counter(one.representative for one in active if one.type == "trader")
    for person, _ in town.adults:
        yield person.id, companies[person.id], traders[person.id]


def _abnormal(one: Organisation) -> Row:
    listed = one.serial % 23 == 11
    return one.code, one.name, int(listed), "未按规定公示年度报告" if listed else None


def _penalties(one: Organisation) -> int:
    return (0, 0, 0, 0, 0, 0, 1, 0, 0, 2)[one.serial % 10]


# Tax, insurance, credit, permits ----------------------------------------------------------------


def taxpayers(town: Town) -> list[Table]:
    """Return the taxpayers and their credit grades."""
    return [
        Table(
            "taxpayer",
            joined(
                texts("credit_code", "name", "tax_status", "taxpayer_kind"),
                amounts("tax_paid_year", "turnover_year"),
            ),
            (_taxpayer(one) for one in town.organisations if one.type != "association"),
        ),
        Table(
            "tax_credit",
            texts("credit_code", "name", "tax_grade"),
            (
                (one.code, one.name, "ABBBMMCD"[one.serial % 8])
                for one in town.organisations
                if one.type == "company"
            ),
        ),
    ]


def _taxpayer(one: Organisation) -> Row:
    turnover = (one.capital // 3 + one.jobs * 9_000_000) if one.status == "active" else 0
    status = {"active": "正常", "closed": "注销"}.get(one.status, "非正常")
    kind = "一般纳税人" if turnover > 500_000_000 else "小规模纳税人"
    return one.code, one.name, status, kind, yuan(turnover // 50), yuan(turnover)


def employers(town: Town) -> Table:
    """Return how many people each employer insures."""
    return Table(
        "employer_insurance",
        joined(
            texts("credit_code", "name"), numbers("insured_employees", "social_insurance_arrears")
        ),
        (
            (
                one.code,
                one.name,
                town.employees[one.code],
                one.jobs * 60_000 if one.serial % 33 == 7 else 0,
            )
            for one in town.organisations
            if one.type != "trader"
        ),
    )


def fund_employers(town: Town) -> Table:
    """Return how many people deposit in the housing fund with each employer."""
    return Table(
        "employer",
        joined(texts("credit_code", "name"), numbers("housing_fund_depositors")),
        (
            (one.code, one.name, town.employees[one.code])
            for one in town.organisations
            if town.employees[one.code]
        ),
    )


def organisation_grades(town: Town) -> Table:
    """Return the public credit grades of businesses."""
    return Table(
        "organisation_grade",
        texts("credit_code", "name", "credit_grade"),
        ((one.code, one.name, "优良良中良优良差"[one.serial % 8]) for one in town.organisations),
    )


def permits(town: Town, name: str, column: str, words: tuple[str, ...], prefix: str) -> Table:
    """Return a permit held by the active businesses whose scope has one of the words."""
    return Table(
        name,
        texts("credit_code", "name", column),
        (
            (one.code, one.name, f"{prefix}{one.serial:06d}")
            for one in town.organisations
            if one.status == "active" and any(word in one.scope for word in words)
        ),
    )


def associations(town: Town) -> Table:
    """Return the associations that civil affairs registers."""
    return Table(
        "social_organisation",
        texts(
            "credit_code",
            "name",
            "type",
            "legal_representative",
            "established_on",
            "address",
            "status",
        ),
        (
            (
                one.code,
                one.name,
                one.type,
                one.representative_name,
                one.established_on.isoformat(),
                one.address,
                one.status,
            )
            for one in town.organisations
            if one.type == "association"
        ),
    )


# Real estate and vehicles -----------------------------------------------------------------------


def real_estate(town: Town) -> Table:
    """Return the real estate register."""
    return Table(
        "real_estate",
        joined(
            texts("unit_number", "certificate_number", "owner_name", "owner_id", "address"),
            texts("area", "use", "registered_on", "land_until"),
            numbers("mortgaged", "seized"),
        ),
        (_home(one) for one in town.homes),
    )


def _home(one: Home) -> Row:
    return (
        real_estate_unit(one.number),
        certificate_number(one.registered_on, one.number),
        one.owner_name,
        one.owner,
        one.address,
        hundredths(one.area),
        "住宅",
        one.registered_on.isoformat(),
        f"{one.built + 69}-12-31",
        int(one.mortgaged),
        int(one.number % 140 == 99),
    )


def buildings(town: Town) -> Table:
    """Return year, structure and maintenance fund of each home."""
    return Table(
        "building",
        joined(
            texts("unit_number"),
            numbers("built_year"),
            texts("structure"),
            numbers("maintenance_fund"),
        ),
        (
            (
                real_estate_unit(one.number),
                one.built,
                "钢筋混凝土结构" if one.built > 2003 else "砖混结构",
                one.area * 60,
            )
            for one in town.homes
        ),
    )


def vehicles(town: Town) -> Table:
    """Return the vehicle register."""
    return Table(
        "vehicle",
        texts(
            "plate",
            "owner_name",
            "owner_id",
            "kind",
            "brand",
            "energy",
            "registered_on",
            "inspection_until",
            "status",
        ),
        (_vehicle(one, town.today) for one in town.vehicles),
    )


def _vehicle(one: Vehicle, today: date) -> Row:
    kind = "轻型普通货车" if one.truck else "小型轿车"
    brand = ("云驰", "远行", "嘉途", "新桥")[one.number % 4]
    until = add_months(today, -1 + one.number % 24).isoformat()
    status = "正常" if one.number % 60 else "逾期未检验"
    energy = "纯电动" if one.electric else "汽油"
    day = one.registered_on.isoformat()
    return plate(one.number), one.owner_name, one.owner, kind, brand, energy, day, until, status


def transport_vehicles(town: Town) -> Table:
    """Return the commercial vehicles."""
    return Table(
        "transport_vehicle",
        joined(texts("plate", "transport_certificate"), numbers("load_kg")),
        (
            (plate(one.number), f"{DIVISION}{one.number:06d}", 1495 + one.number % 5 * 500)
            for one in town.vehicles
            if one.truck
        ),
    )


# Places -----------------------------------------------------------------------------------------


def _places() -> Iterator[tuple[str, str, str, str]]:
    """Go through door numbers of the city: code, address, subdistrict, community."""
    serial = 0
    for street, communities in names.STREETS:
        for community in communities:
            for road in names.ROADS[:6] if street.endswith("街道") else ("中心路",):
                for door in range(1, 16, 2):
                    serial += 1
                    address = f"云汀市{street}{community}{road}{door}号"
                    yield f"{DIVISION}{serial:08d}", address, street, community


def standard_addresses(chance: Random) -> Table:
    """Return the standard addresses. Coordinates lie on an invented grid, in no real place."""
    return Table(
        "standard_address",
        texts("address_code", "address", "street", "community", "use", "longitude", "latitude"),
        (
            (
                *place,
                chance.choice(("居住", "居住", "商业", "办公")),
                f"0.{100_000 + chance.randrange(90_000)}",
                f"0.{100_000 + chance.randrange(90_000)}",
            )
            for place in _places()
        ),
    )


def school_districts() -> Table:
    """Return the school of the district for each address."""
    found = []
    for code, address, street, _ in _places():
        known = [one for one in names.SCHOOLS if street[:2] in one]
        found.append((code, address, known[0] if known else names.SCHOOLS[0]))
    return Table("school_district", texts("address_code", "address", "school_district"), found)


def air_quality(chance: Random) -> Table:
    """Return the air quality index of each monitoring point, one in each subdistrict or town."""
    points = {street: (code, address) for code, address, street, _ in _places()}
    return Table(
        "air_quality",
        joined(texts("address_code", "address"), numbers("air_quality")),
        [(*point, chance.randrange(28, 96)) for point in points.values()],
    )
