"""elements.yaml, classification.yaml and resources/*.yaml: the catalogue of 发改高技〔2017〕1272号."""

import datetime as dt
from enum import StrEnum

import msgspec

from tongban.kernel.identifiers import TextKind
from tongban.kernel.subjects import SubjectKind
from tongban.kernel.text import Text
from tongban.kit.definitions.shape import Shape
from tongban.modules.catalog.model import CORE_IDENTIFIERS


class ElementType(StrEnum):
    """What values of an element are like."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    """Integer fen."""
    DATE = "date"
    BOOLEAN = "boolean"
    CODE = "code"


class DataClass(StrEnum):
    """分类分级: how carefully values of an element are handled."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class ElementDefinition(Shape, frozen=True, kw_only=True):
    """A data element (数据元): one meaning about one kind of subject. elements.yaml."""

    code: str
    """Dotted name, such as ``person.marital_status``; begins with the subject kind."""
    name: Text
    subject: SubjectKind
    type: ElementType = ElementType.TEXT
    codes: dict[str, Text] = msgspec.field(default_factory=dict)
    """For ``type: code``: each value and its name."""
    kind: TextKind = TextKind.ANY
    """For ``type: text``: what it is checked as where somebody types it."""
    identifies: bool = False
    """Whether it is its subject's own identifier, by which departments find it: one element for each
    kind of subject. ``person.resident_id``, ``organisation.credit_code``, ``property.unit_number``,
    ``vehicle.plate`` and ``place.address_code`` are so without saying it. The number of a spouse or of
    a legal representative is shaped alike and identifies somebody else."""
    least: str = ""
    """Smallest number or amount, or earliest date, that somebody may type: ``0``, ``1 yuan``,
    ``today - 120 years``."""
    most: str = ""
    """Largest number or amount, or latest date: ``today``."""
    data_class: DataClass = DataClass.PERSONAL
    mask: str = ""
    """How it is masked where it need not be seen whole: name, resident_id, phone, account or all."""
    unit: Text = ""
    note: Text = ""

    @property
    def own_identifier(self) -> bool:
        """Whether it identifies its own subject: as is declared, or by the core vocabulary."""
        return self.identifies or CORE_IDENTIFIERS[self.subject] == self.code


class ClassificationDefinition(Shape, frozen=True, kw_only=True):
    """One node of the three trees. classification.yaml: 类 1 digit, 项 2, 目 3, 细目 any number."""

    code: str
    name: Text


class ShareType(StrEnum):
    """共享类型: 1 无条件共享, 2 有条件共享, 3 不予共享."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"
    NONE = "none"


class FormatDefinition(Shape, frozen=True, kw_only=True):
    """信息资源格式."""

    category: str = "database"
    """file, spreadsheet, database, image, stream, self_describing or service."""
    type: str = ""
    note: Text = ""


class ShareDefinition(Shape, frozen=True, kw_only=True):
    """共享类型、共享条件、共享方式."""

    type: ShareType
    condition: Text = ""
    """Permitted use; for a conditional share its condition and scope."""
    basis: Text = ""
    """For a refusal to share: the law, regulation or policy relied on."""
    method: tuple[str, ...] = ("api",)
    """api 接口, file 文件 or table 库表."""


class OpenDefinition(Shape, frozen=True, kw_only=True):
    """开放属性."""

    open: bool = False
    condition: Text = ""


class MoneyUnit(StrEnum):
    """What one stands for where a source writes money: 1 fen, 1 yuan (元) or 10,000 yuan (万元)."""

    FEN = "fen"
    YUAN = "yuan"
    WAN_YUAN = "wan_yuan"


class WritingDefinition(Shape, frozen=True, kw_only=True):
    """How a source writes the values of an item, where that is not how Tongban does.

    What is not written so is not given out: the outcome names the element and why, never the value.
    """

    unit: MoneyUnit | None = None
    """For an element of type money, which needs it: ``fen``, ``yuan`` or ``wan_yuan`` (万元)."""
    date: str = ""
    """For a date: a pattern of ``YYYY MM M DD D hh mm ss`` and signs between them, such as
    ``YYYYMMDD``, ``YYYY/M/D`` or ``YYYY年M月D日``. Where nothing is said: ``YYYY-MM-DD``."""
    empty: tuple[str, ...] = ()
    """What stands for nothing, besides NULL and the empty text: ``[无, "-"]``."""
    codes: dict[str, str] = msgspec.field(default_factory=dict)
    """For a code: each word of the source and the element's code that it means. Where there are
    any, the source writes no other; where there are none, it writes the element's own codes."""
    true_words: tuple[str, ...] = ()
    """For a boolean: what means yes. Where nothing is said: ``1 true t y yes 是`` and ``0 false f n
    no 否``."""
    false_words: tuple[str, ...] = ()


class ItemDefinition(Shape, frozen=True, kw_only=True):
    """信息项: one column of a resource."""

    name: Text
    element: str = ""
    """The element it holds; empty when no element fits."""
    data_type: str = "C"
    """C 字符 N 数值 Y 货币 D 日期 T 日期时间 L 逻辑 M 备注 G 通用 B 双精度 I 整型 F 浮点."""
    length: int | None = None
    share: ShareDefinition | None = None
    """Where it differs from the resource."""
    open: OpenDefinition | None = None
    column: str = ""
    """The column of the linked source's table."""
    written: WritingDefinition = WritingDefinition()
    """How the source writes it: the unit of money, the pattern of dates, the words for codes."""


class LinkDefinition(Shape, frozen=True, kw_only=True):
    """服务信息与链接: where the data lie and by which column a subject is found."""

    source: str
    """Code of a source in sources.yaml."""
    table: str
    identifier: str
    """Column that holds the subject's identifier."""
    subject: SubjectKind = SubjectKind.PERSON
    newest: str = ""
    """Column that says which row is the newest where a subject has several; that one is given."""


class ResourceDefinition(Shape, frozen=True, kw_only=True):
    """An information resource (信息资源) with the 13 elements of the guide. resources/*.yaml."""

    code: str
    """``class/sequence``, such as ``306010/1``."""
    name: Text
    provider: str
    """Code of the providing department."""
    abstract: Text
    format: FormatDefinition
    items: tuple[ItemDefinition, ...] = ()
    share: ShareDefinition
    open: OpenDefinition = OpenDefinition()
    update_cycle: str = "daily"
    """realtime, daily, weekly, monthly, quarterly, yearly or other."""
    publish_date: dt.date | None = None
    related: tuple[str, ...] = ()
    link: LinkDefinition | None = None
    """Absent for a resource that is registered but not yet connected."""
    secret: bool = False
    """涉密: always refused, only non-secret data may be registered."""
    retired: bool = False
