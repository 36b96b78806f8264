"""What human resources, medical insurance, tax and the housing fund write about persons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tongban.app.demonstration.lives import Life
from tongban.app.demonstration.numbers import bank_account
from tongban.app.demonstration.people import Person
from tongban.app.demonstration.tables import Row, Table, amounts, joined, numbers, texts, yuan
from tongban.app.demonstration.town import Town
from tongban.kernel.dates import add_months

_KIND = {
    "employed": "employee",
    "flexible": "individual",
    "self_employed": "individual",
    "unemployed": "resident",
    "retired": "resident",
    "student": "resident",
    "": "resident",
}
"""Kind of insurance by what someone does."""

PENSION_RATE = {"employee": 8, "individual": 20}
MEDICAL_RATE = {"employee": 2, "individual": 8}
"""Per cent of the base that the insured pay themselves."""


def human_resources(town: Town) -> list[Table]:
    """Return the tables about persons of the human resources system."""
    working = [(one, life) for one, life in town.living if life.registered_on is not None]
    return [
        Table(
            "employment",
            texts(
                "resident_id",
                "name",
                "employment_status",
                "employment_registration_number",
                "employment_registered_on",
                "occupation",
                "employer_name",
                "employer_code",
            ),
            (_employment(one, life) for one, life in working),
        ),
        Table(
            "hardship",
            texts("resident_id", "hardship_category", "hardship_recognised_on"),
            (
                (one.id, life.hardship, life.hardship_on.isoformat() if life.hardship_on else None)
                for one, life in working
            ),
        ),
        Table(
            "employment_subsidy",
            joined(texts("resident_id"), numbers("subsidy_months_received")),
            ((one.id, life.subsidised) for one, life in working),
        ),
        *_insurance(town),
    ]


def _insurance(town: Town) -> list[Table]:
    jobless = [(one, life) for one, life in town.living if life.work == "unemployed"]
    return [
        Table(
            "pension",
            joined(
                texts("resident_id", "pension_kind"),
                numbers("pension_months", "pension_base", "pension_receiving", "pension_monthly"),
            ),
            (_pension(one, life) for one, life in town.adults),
        ),
        Table(
            "unemployment",
            joined(
                texts("resident_id", "unemployment_registered_on"),
                numbers("unemployment_benefit"),
            ),
            (
                (
                    one.id,
                    life.registered_on.isoformat() if life.registered_on else None,
                    one.serial % 2,
                )
                for one, life in jobless
            ),
        ),
        Table(
            "social_card",
            texts("resident_id", "name", "social_card_number", "social_card_status"),
            (
                (one.id, one.name, bank_account(one.serial + 500_000), "正常")
                for one, _ in town.living
                if one.serial % 20 or one.serial == 0
            ),
        ),
    ]


def _employment(one: Person, life: Life) -> Row:
    day = life.registered_on
    employer = life.employer
    return (
        one.id,
        one.name,
        life.work,
        f"470181{day.year if day else 0}{one.serial:07d}",
        day.isoformat() if day else None,
        life.occupation or None,
        employer.name if employer else None,
        employer.code if employer else None,
    )


def _pension(one: Person, life: Life) -> Row:
    receives = life.work == "retired"
    base = life.base or None
    monthly = life.income if receives else None
    return one.id, _KIND[life.work], life.months, base, int(receives), monthly


def medical_insurance(town: Town) -> list[Table]:
    """Return who is insured and who is entitled to medical aid."""
    return [
        Table(
            "insured",
            texts("resident_id", "name", "medical_kind", "medical_status", "medical_place"),
            (
                (
                    one.id,
                    one.name,
                    _KIND[life.work],
                    "normal" if one.serial % 41 else "suspended",
                    "云汀市",
                )
                for one, life in town.living
            ),
        ),
        Table(
            "medical_aid",
            texts("resident_id", "medical_aid_category"),
            (
                (one.id, "低保对象" if life.assistance == "subsistence" else "低保边缘家庭成员")
                for one, life in town.living
                if life.assistance != "none"
            ),
        ),
    ]


# Tax --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Payment:
    """What someone paid of one insurance in the last 12 months, month by month."""

    kind: str
    months: tuple[str, ...]
    amount: int
    """Fen in each of these months."""

    @property
    def total(self) -> int:
        return self.amount * len(self.months)


def last_months(today: date) -> tuple[str, ...]:
    """Return the 12 whole months before today, the last first."""
    first = today.replace(day=1)
    return tuple(add_months(first, -back).isoformat()[:7] for back in range(1, 13))


def tax(town: Town) -> list[Table]:
    """Return contributions paid, in sum and by month, and income."""
    months = last_months(town.today)
    paid = [(one, *_payments(life, months)) for one, life in town.adults]
    return [
        Table(
            "contribution",
            joined(
                texts("resident_id", "name"),
                numbers("pension_paid_months_12"),
                amounts("pension_paid_12"),
                numbers("medical_paid_months_12"),
                amounts("medical_paid_12"),
                texts("contribution_last_month"),
            ),
            (
                (
                    one.id,
                    one.name,
                    len(pension.months),
                    yuan(pension.total),
                    len(medical.months),
                    yuan(medical.total),
                    pension.months[0] if pension.months else None,
                )
                for one, pension, medical in paid
            ),
        ),
        Table(
            "contribution_month",
            joined(texts("resident_id", "month", "kind"), amounts("amount")),
            _monthly(paid),
            unique=False,
        ),
        _income(town),
    ]


def _payments(life: Life, months: tuple[str, ...]) -> tuple[_Payment, _Payment]:
    kind = _KIND[life.work]
    covered = months[: life.paid] if life.base else ()
    return (
        _Payment("pension", covered, life.base * PENSION_RATE.get(kind, 0) // 100),
        _Payment("medical", covered, life.base * MEDICAL_RATE.get(kind, 0) // 100),
    )


def _monthly(paid: list[tuple[Person, _Payment, _Payment]]) -> Iterator[Row]:
    for one, *payments in paid:
        for payment in payments:
            for month in payment.months:
                yield one.id, month, payment.kind, yuan(payment.amount)


def _income(town: Town) -> Table:
    return Table(
        "income",
        joined(texts("resident_id", "name"), amounts("income_year", "tax_year", "income_monthly")),
        (
            (
                one.id,
                one.name,
                yuan(life.income * 12),
                yuan(income_tax(life.income * 12)),
                yuan(life.income),
            )
            for one, life in town.adults
        ),
    )


def income_tax(income: int) -> int:
    """Return a rough income tax in fen: 3 % above 60,000 yuan a year and 10 % above 96,000."""
    lower = max(min(income, 9_600_000) - 6_000_000, 0)
    return lower * 3 // 100 + max(income - 9_600_000, 0) // 10


def housing_fund(town: Town) -> list[Table]:
    """Return the housing fund accounts of the employed."""
    return [
        Table(
            "account",
            joined(
                texts("resident_id", "name", "housing_fund_account"),
                numbers("housing_fund_balance", "housing_fund_months"),
            ),
            (
                (
                    one.id,
                    one.name,
                    f"4701{one.serial:08d}",
                    life.base * min(life.months, 120) // 10,
                    min(life.months, 120),
                )
                for one, life in town.living
                if life.employer is not None
            ),
        )
    ]
