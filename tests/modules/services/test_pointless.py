"""A condition that its values decide beforehand, and a result that nobody gets, are told."""

import pytest
from tests.builders.definitions import instance_of

from tongban.modules.services.definition.snippets import PASSES

_RULE = "condition: form.months <= 12"
_MONTHS = "name: 申请月数, type: integer"
_AGE = "name: 年龄, subject: person, type: integer"
_CODES = ("always_true", "never_true", "dead_part", "decided_by_bounds", "only_not_negative")


def said(text: str) -> list[tuple[str, str]]:
    """Return what is said of conditions: which rule, how severe."""
    return [
        (one.code.removeprefix("services."), one.severity.value)
        for one in instance_of(text).findings
        if one.code.removeprefix("services.") in _CODES
    ]


def under(condition: str, months: str = "", age: str = "") -> str:
    """Return the service with a condition, and with bounds of what it asks and of an element."""
    text = PASSES.replace(_RULE, f"condition: {condition}").replace(_AGE, _AGE + age)
    return text.replace(_MONTHS, _MONTHS + months)


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("form.months >= 1", "info"),
        ("form.months < 30", "info"),
        ("form.months > 24", "error"),
        ("form.months = 0", "error"),
        ("form.months + 1 <= 25", "info"),
    ],
)
def test_a_condition_that_declared_bounds_decide_is_told(condition: str, verdict: str) -> None:
    text = under(condition, ', least: "1", most: "24"')
    assert said(text) == [("decided_by_bounds", verdict)]


@pytest.mark.parametrize("condition", ["form.months >= 2", "form.months <= 12", "form.months = 24"])
def test_a_condition_within_the_bounds_is_not_told(condition: str) -> None:
    assert said(under(condition, ', least: "1", most: "24"')) == []


def test_an_elements_bounds_count_and_give_way_to_those_of_the_question() -> None:
    assert said(under("person.age >= 0", age=', least: "0"')) == [("decided_by_bounds", "info")]
    own = under("person.age >= 0", age=', least: "0"').replace(
        "{code: account, name: 银行账号, element: person.account}",
        '{code: age, name: 年龄, element: person.age, least: "-5"}',
    )
    assert said(own) == []


def test_bounds_that_contradict_each_other_decide_nothing() -> None:
    assert said(under("form.months >= 2", ', least: "9", most: "3"')) == []


@pytest.mark.parametrize("condition", ["form.months >= 0", "form.months > -1", "0 <= person.age"])
def test_a_condition_of_every_number_from_nought_upwards_is_told(condition: str) -> None:
    assert said(under(condition)) == [("only_not_negative", "warning")]


@pytest.mark.parametrize("condition", ["form.months > 0", "form.months >= person.age"])
def test_a_condition_that_some_number_fails_is_not_told(condition: str) -> None:
    assert said(under(condition)) == []


def test_a_service_without_certificate_hands_its_result_over_or_is_told() -> None:
    bare = PASSES.partition("result:\n")[0]
    step = (
        "  - {code: hand, name: 送达, kind: issue, department: human-resources, after: [decide]}\n"
    )

    def codes(text: str) -> set[str]:
        return {one.code for one in instance_of(text).findings}

    assert "services.open_without_result" in codes(bare)
    assert "services.open_without_result" not in codes(bare + step)
    assert "services.open_without_result" not in codes(
        bare.replace("status: open", "status: listed")
    )


_TWICE = "  - {code: twice, name: 两倍, value: result.amount * 2, clause: 本市补贴办法第六条}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("calculations:\n", f"calculations:\n{_TWICE}"),
        (_RULE, "condition: form.months <= 12 and result.amount > 1 yuan"),
    ],
)
def test_a_calculation_that_something_uses_is_not_told(old: str, new: str) -> None:
    text = PASSES.replace("amount: result.amount}", "amount: 5 yuan}").replace(old, new)
    found = [one for one in instance_of(text).findings if one.code == "services.calculation_unused"]
    assert "amount" not in [one.data["code"] for one in found]


def _from_nowhere(text: str) -> list[object]:
    found = instance_of(text).findings
    return [one.data["names"] for one in found if one.code == "services.value_from_nowhere"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_RULE, "condition: person.age >= 18"),
        ("form.months * 200 yuan", "person.age * 200 yuan"),
        ("holder: applicant.name", "holder: person.age"),
        ('when: situation.kind = "other"', "when: person.age > 3"),
    ],
)
def test_a_value_that_nothing_brings_and_nobody_is_asked_for_is_an_error(
    old: str, new: str
) -> None:
    text = PASSES.replace(old, new)
    assert _from_nowhere(text) == [["person.age"]]
    asked = "{code: age, name: 年龄, element: person.age}"
    account = "{code: account, name: 银行账号, element: person.account}"
    assert _from_nowhere(text.replace(account, f"{account}\n      - {asked}")) == []


def test_what_is_known_from_signing_in_is_not_looked_for() -> None:
    assert _from_nowhere(PASSES.replace("holder: applicant.name", "holder: person.name")) == []


@pytest.mark.parametrize("phone", ["待定", "' '", "tba"])
def test_a_telephone_without_a_digit_is_none(phone: str) -> None:
    text = PASSES.replace("phone: 0600-5550110", f"phone: {phone}")
    assert "services.open_without_contact" in {one.code for one in instance_of(text).errors}


def test_an_address_with_its_password_is_refused_whatever_the_adapter() -> None:
    text = PASSES.replace("location: civil.db", "location: 'postgresql://u:p@h/civil'")
    assert "exchange.address_in_definition" in {one.code for one in instance_of(text).errors}
