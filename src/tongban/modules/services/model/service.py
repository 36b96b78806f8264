"""A service (政务服务事项) as an instance declares it, and as every case follows it.

There is one struct for both: a case keeps the version it began with. GB/T 39046-2020, GB/T 39554.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tongban.kernel.identifiers import TextKind
from tongban.kernel.text import Text
from tongban.modules.services.model.base import Declared, Value


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
CASE_DUTIES = frozenset({*DUTY_OF.values(), "case.reassign"})
"""The duties of those who work on cases, or hand them out."""


class Basis(Declared, frozen=True, kw_only=True):
    """设定依据: the law, or openly the city's own rule."""

    title: Text
    article: Text = ""
    local: bool = False
    """The city's own rule (in a demonstration: fictional) and not a national law."""


class Limited(Declared, frozen=True, kw_only=True):
    """A time limit: so many working days, or calendar days."""

    days: int
    unit: str = "working_day"
    """working_day or day."""


class Option(Declared, frozen=True, kw_only=True):
    """One answer to a situation's question or a choice field."""

    code: str
    name: Text


class Situation(Declared, frozen=True, kw_only=True):
    """情形: a question whose answer decides what else is needed. Its value is ``situation.<code>``."""

    code: str
    question: Text
    hint: Text = ""
    options: tuple[Option, ...]


class Need(Declared, frozen=True, kw_only=True):
    """Elements the service needs about the applicant, held by another department."""

    elements: tuple[str, ...]
    resource: str
    basis: str = "consent"
    """``consent``: the applicant may refuse and is then asked; ``law``: the applicant is informed."""
    clause: Text = ""
    """For ``law``: law and article."""
    purpose: Text
    when: str = ""


class Field(Declared, frozen=True, kw_only=True):
    """One question of the form. Its value is the element's, or ``form.<code>`` without an element."""

    code: str
    name: Text
    element: str = ""
    """Prefilled when a need brought it; asked otherwise."""
    type: str = ""
    """Only without an element: as element types."""
    kind: TextKind = TextKind.ANY
    """Only for a text without an element: what it is checked as, such as ``mobile``."""
    least: str = ""
    """Smallest number or amount, or earliest date: ``1``, ``100 yuan``, ``today``. Else the element's."""
    most: str = ""
    """Largest number or amount, or latest date."""
    options: tuple[Option, ...] = ()
    required: bool = True
    when: str = ""
    hint: Text = ""
    autocomplete: str = ""

    @property
    def key(self) -> str:
        """The name its value goes by."""
        return self.element or f"form.{self.code}"


class Section(Declared, frozen=True, kw_only=True):
    """One page of the form."""

    title: Text
    fields: tuple[Field, ...]


class Material(Declared, frozen=True, kw_only=True):
    """申请材料."""

    code: str
    name: Text
    required: bool = True
    form: str = "electronic"
    """paper, electronic or both."""
    originals: int = 0
    copies: int = 0
    source: str = "applicant"
    """applicant, government or other: who issues it."""
    issuer: str = ""
    """Issuing department where it is the government."""
    evidences: tuple[str, ...] = ()
    """Elements this material is proof of."""
    when: str = ""
    note: Text = ""


class Rule(Declared, frozen=True, kw_only=True):
    """A condition of the decision, and the clause it rests on."""

    code: str
    name: Text
    condition: str
    """Expression over elements, ``form.*``, ``situation.*`` and ``application.date``."""
    clause: Text


class Calculation(Declared, frozen=True, kw_only=True):
    """A value that is worked out, such as the amount of a subsidy: ``result.<code>``."""

    code: str
    name: Text
    value: str
    """Expression."""
    type: str = "money"
    clause: Text = ""


class Step(Declared, frozen=True, kw_only=True):
    """环节."""

    code: str
    name: Text
    kind: StepKind
    """accept 受理, review 审查, decide 决定, or issue 制证送达."""
    department: str
    duty: str = ""
    """Duty needed; by kind: case.accept, case.review, case.decide."""
    after: tuple[str, ...] = ()
    """Steps that come before; empty for the first."""
    limit: Limited | None = None
    task: Text = ""
    """What the clerk is to look at, in one sentence."""
    checks: tuple[str, ...] = ()
    """What that sentence asks to be checked: elements, ``form.<code>`` of a question, ``situation.<code>``,
    ``material.<code>``. They stand beside it, whole, for whoever does the step."""
    needs: tuple[str, ...] = ()
    """What whoever does the step sees in the clear besides ``checks``: elements, ``form.<code>``,
    ``situation.<code>``, ``result.<code>`` of a calculation, ``material.<code>``. All else stays hidden until
    it is opened with a reason. Where nothing is said, the kind of step says what it needs."""

    @property
    def needed_duty(self) -> str:
        """The duty that whoever does it must have."""
        return self.duty or DUTY_OF[self.kind]


class Result(Declared, frozen=True, kw_only=True):
    """What an approval yields."""

    certificate: str = ""
    """Code of the certificate type; empty when the result is only a notice."""
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    """Certificate field: expression. Who holds it is ``applicant.name`` and ``applicant.number``: as
    the applicant signed in, never as somebody typed it."""


class Window(Declared, frozen=True, kw_only=True):
    """Where and when it is done in person, and whom to ask."""

    address: Text = ""
    hours: Text = ""
    phone: str = ""
    complaints: str = ""


ONLINE_CHANNELS = frozenset({"2", "3"})
"""Of A.5 办理形式 those for which nobody goes or writes anywhere: on a computer, on a phone."""


class Service(Declared, frozen=True, kw_only=True):
    """A government service item (政务服务事项)."""

    code: str
    """Short code used in the instance and in addresses, such as ``flexible-employment-subsidy``."""
    version: int = 1
    status: ServiceStatus = ServiceStatus.LISTED
    name: Text
    summary: Text = ""
    department: str
    joint: tuple[str, ...] = ()
    """联办机构."""
    type: str = ""
    """事项类型, A.1."""
    level: str = ""
    """行使层级, A.2."""
    audience: tuple[str, ...] = ()
    """服务对象, A.4."""
    kind: str = ""
    """办件类型, A.6: 1 即办件, 2 承诺件."""
    channels: tuple[str, ...] = ()
    """办理形式, A.5."""
    national_code: str = ""
    """实施编码, 31 characters."""
    local_code: str = ""
    theme: str = ""
    life_events: tuple[str, ...] = ()
    """一件事 it belongs to, such as ``start-work``."""
    keywords: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    conditions: Text = ""
    """受理条件 in words."""
    statutory_limit: Limited | None = None
    promised_limit: Limited | None = None
    visits: int | None = None
    """到办事现场次数."""
    most_open: int = 1
    """同时在办件数: running cases of this service that one person or organisation may have at once;
    0 for any number."""
    fee: Text = ""
    guide_url: str = ""
    """The original guide, on another site."""
    apply_url: str = ""
    """Where it is applied for online, when that is not here."""
    window: Window = Window()
    remedy: Text = ""
    """How a refusal may be challenged."""
    situations: tuple[Situation, ...] = ()
    needs: tuple[Need, ...] = ()
    form: tuple[Section, ...] = ()
    materials: tuple[Material, ...] = ()
    rules: tuple[Rule, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    steps: tuple[Step, ...] = ()
    result: Result = Result()

    @property
    def is_licence(self) -> bool:
        """Whether it is a licence (行政许可, type 01), so that 行政许可法 speaks of it."""
        return self.type == "01"

    def step(self, code: str) -> Step:
        """Return one of its steps; cases only ever hold codes of their own version."""
        return next(step for step in self.steps if step.code == code)


class Element(Value, frozen=True, kw_only=True):
    """What services needs to know of a data element."""

    code: str
    name: Text
    type: str = "text"
    codes: Mapping[str, Text] = {}
    kind: TextKind = TextKind.ANY
    least: str = ""
    most: str = ""
    mask: str = ""
    unit: Text = ""
    places: Mapping[str, Text] = {}
    """Of an element that is a division: what divisions are called, by code, the government's own first."""
