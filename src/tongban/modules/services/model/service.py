"""The version of a service that a case follows from beginning to end.

It mirrors the definition as far as rules need it, so that rules stay free of how it is written.
"""

from collections.abc import Mapping
from enum import StrEnum

from tongban.kernel.text import Text
from tongban.modules.services.model.base import Value


class ServiceStatus(StrEnum):
    """``listed``: only its directory entry is known; ``open``: can be applied for here."""

    LISTED = "listed"
    OPEN = "open"
    RETIRED = "retired"


class StepKind(StrEnum):
    """What is done in a step."""

    ACCEPT = "accept"
    REVIEW = "review"
    DECIDE = "decide"
    ISSUE = "issue"


DUTY_OF: Mapping[StepKind, str] = {
    StepKind.ACCEPT: "case.accept",
    StepKind.REVIEW: "case.review",
    StepKind.DECIDE: "case.decide",
    StepKind.ISSUE: "case.decide",
}
"""The duty a step needs unless it names another."""


class Limited(Value, frozen=True, kw_only=True):
    """A time limit: so many working days (``working_day``) or calendar days (``day``)."""

    days: int
    unit: str = "working_day"


class Option(Value, frozen=True, kw_only=True):
    """One answer that can be chosen."""

    code: str
    name: Text


class Situation(Value, frozen=True, kw_only=True):
    """情形: its value is ``situation.<code>``."""

    code: str
    question: Text
    hint: Text = ""
    options: tuple[Option, ...] = ()


class Need(Value, frozen=True, kw_only=True):
    """Elements that another department holds."""

    elements: tuple[str, ...]
    resource: str
    basis: str = "consent"
    clause: Text = ""
    purpose: Text = ""
    when: str = ""


class Field(Value, frozen=True, kw_only=True):
    """One question of the form: ``form.<code>``, or its element."""

    code: str
    name: Text
    element: str = ""
    type: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    when: str = ""
    hint: Text = ""
    autocomplete: str = ""

    @property
    def key(self) -> str:
        """The name its value goes by."""
        return self.element or f"form.{self.code}"


class Section(Value, frozen=True, kw_only=True):
    """One page of the form."""

    title: Text
    fields: tuple[Field, ...] = ()


class Material(Value, frozen=True, kw_only=True):
    """申请材料."""

    code: str
    name: Text
    required: bool = True
    source: str = "applicant"
    issuer: str = ""
    evidences: tuple[str, ...] = ()
    when: str = ""
    note: Text = ""


class Rule(Value, frozen=True, kw_only=True):
    """A condition of the decision, and the clause it rests on."""

    code: str
    name: Text
    condition: str
    clause: Text = ""


class Calculation(Value, frozen=True, kw_only=True):
    """``result.<code>``: a value worked out for the decision."""

    code: str
    name: Text
    value: str
    type: str = "money"
    clause: Text = ""


class Step(Value, frozen=True, kw_only=True):
    """环节, as the definition says it."""

    code: str
    name: Text
    kind: StepKind
    department: str
    duty: str = ""
    after: tuple[str, ...] = ()
    limit: Limited | None = None
    task: Text = ""

    @property
    def needed_duty(self) -> str:
        """The duty that whoever does it must have."""
        return self.duty or DUTY_OF[self.kind]


class Window(Value, frozen=True, kw_only=True):
    """Where it is done in person, and whom to ask."""

    address: Text = ""
    hours: Text = ""
    phone: str = ""
    complaints: str = ""


class Result(Value, frozen=True, kw_only=True):
    """What an approval yields."""

    certificate: str = ""
    fields: Mapping[str, str] = {}


class Service(Value, frozen=True, kw_only=True):
    """The version of a service that a case follows from beginning to end."""

    code: str
    version: int
    status: ServiceStatus
    name: Text
    department: str
    audience: tuple[str, ...] = ()
    kind: str = ""
    statutory_limit: Limited | None = None
    promised_limit: Limited | None = None
    remedy: Text = ""
    window: Window = Window()
    situations: tuple[Situation, ...] = ()
    needs: tuple[Need, ...] = ()
    form: tuple[Section, ...] = ()
    materials: tuple[Material, ...] = ()
    rules: tuple[Rule, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    steps: tuple[Step, ...] = ()
    result: Result = Result()

    def step(self, code: str) -> Step:
        """Return one of its steps; cases only ever hold codes of their own version."""
        return next(step for step in self.steps if step.code == code)


class Element(Value, frozen=True, kw_only=True):
    """What services needs to know of a data element."""

    code: str
    name: Text
    type: str = "text"
    codes: Mapping[str, Text] = {}
    mask: str = ""
    unit: Text = ""
