"""Expressions of every shape, some that make sense and some that do not, and values for them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from tongban.kernel.expressions import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    MONEY,
    TEXT,
    Sort,
    Type,
    code,
    list_of,
)
from tongban.kernel.expressions.functions import FUNCTIONS
from tongban.kernel.expressions.nodes import (
    All,
    Among,
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Order,
    Presence,
    Some,
    Within,
)
from tongban.kernel.expressions.values import Duration

CITY = code({"110101": {"zh": "东城区", "en": "Dongcheng"}, "110102": "西城区", "110105": "朝阳区"})
TYPES: dict[str, Type] = {
    "person.age": Type(sort=Sort.INTEGER, unit={"zh": "岁", "en": "years"}),
    "person.children": INTEGER,
    "person.height": DECIMAL,
    "person.income": MONEY,
    "person.rent": MONEY,
    "person.birth": DATE,
    "application.date": DATE,
    "person.disabled": BOOLEAN,
    "person.flexible": BOOLEAN,
    "person.city": CITY,
    "person.name": TEXT,
    "person.tags": list_of(TEXT),
    "person.payments": list_of(MONEY),
    "today": DATE,
}

_raw = {
    Sort.INTEGER: st.integers(-5, 100),
    Sort.DECIMAL: st.decimals(-50, 250, places=2, allow_nan=False),
    Sort.MONEY: st.integers(-1000, 10_000_00),
    Sort.DATE: st.dates(date(1950, 1, 1), date(2030, 12, 31)),
    Sort.BOOLEAN: st.booleans(),
    Sort.CODE: st.sampled_from(list(CITY.codes)),
    Sort.TEXT: st.sampled_from(["", "a", "b", "张三", "ab"]),
}


def _values_of(type_: Type) -> st.SearchStrategy[object]:
    if type_.of is not None:
        return st.lists(_raw[type_.of.sort], max_size=4)
    return _raw[type_.sort]


values = st.fixed_dictionaries(
    {}, optional={name: st.none() | _values_of(type_) for name, type_ in TYPES.items()}
)
"""Values of the right types, some absent."""

wild_values = st.dictionaries(
    st.sampled_from(list(TYPES)),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.fractions(),
        st.text(max_size=5),
        st.dates(),
        st.datetimes(),
        st.binary(max_size=3),
        st.lists(st.integers() | st.none() | st.text(max_size=2) | st.lists(st.integers())),
        st.just(object()),
    ),
)
"""Values of any type at all."""


# Trees of any shape ------------------------------------------------------------------------------

_names = st.from_regex(r"[a-z_][a-z0-9_]{0,5}(\.[a-z_][a-z0-9_]{0,5}){0,2}", fullmatch=True).filter(
    lambda name: (
        name
        not in ("and", "or", "not", "in", "is", "absent", "present", "if", "else", "true", "false")
        and name not in ("day", "days", "month", "months", "year", "years", "yuan", "fen")
    )
)
names = st.builds(Name, _names | st.sampled_from(list(TYPES)))
_fraction = st.decimals(0, 10**20 - 1, places=10).map(Fraction)


def _number(exact: Fraction) -> Literal:
    if exact.denominator == 1:
        return Literal(exact.numerator, Sort.INTEGER)
    return Literal(exact, Sort.DECIMAL)


_lengths = st.integers(0, 99_999)
literals = st.one_of(
    st.builds(Literal, st.text(max_size=12), st.just(Sort.TEXT)),
    st.builds(Literal, st.integers(0, 10**20 - 1), st.just(Sort.INTEGER)),
    _fraction.map(_number),
    st.builds(Literal, st.integers(0, 10**18), st.just(Sort.MONEY)),
    st.builds(Literal, st.dates(), st.just(Sort.DATE)),
    st.builds(Literal, st.booleans(), st.just(Sort.BOOLEAN)),
    st.builds(lambda n: Literal(Duration(years=n), Sort.DURATION), _lengths),
    st.builds(lambda n: Literal(Duration(months=n), Sort.DURATION), _lengths),
    st.builds(lambda n: Literal(Duration(days=n), Sort.DURATION), _lengths),
)


def _calls(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def call(name: str) -> st.SearchStrategy[Node]:
        function = FUNCTIONS[name]
        arguments = st.lists(inner, min_size=function.least, max_size=min(function.most, 4))
        return st.builds(Call, st.just(name), arguments.map(tuple))

    return st.sampled_from(list(FUNCTIONS)).flatmap(call)


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        st.builds(Comparison, st.sampled_from(Order), inner, inner),
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(Negative, inner),
        st.builds(Not, inner),
        st.builds(All, several),
        st.builds(Some, several),
        st.builds(Presence, inner, st.booleans()),
        st.builds(Among, inner, st.lists(inner, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(Within, inner, names, st.booleans()),
        st.builds(Choice, inner, inner, inner),
        _calls(inner),
    )


trees: st.SearchStrategy[Node] = st.recursive(names | literals, _larger, max_leaves=12)
"""Any tree that can be written, whether or not it makes sense."""


# Conditions that make sense ----------------------------------------------------------------------


def _named(*sorts: Sort) -> st.SearchStrategy[Node]:
    return st.sampled_from([Name(n) for n, type_ in TYPES.items() if type_.sort in sorts])


def _of(sort: Sort, raw: st.SearchStrategy[object]) -> st.SearchStrategy[Node]:
    return raw.map(lambda one: Literal(one, sort))  # type: ignore[arg-type]  # chosen to fit


_small = _of(Sort.INTEGER, st.integers(0, 70))
_counts = st.builds(lambda name: Call("count", (name,)), _named(Sort.LIST))
_numbers: st.SearchStrategy[Node] = st.recursive(
    st.one_of(_named(Sort.INTEGER, Sort.DECIMAL), _small, _counts),
    lambda inner: st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(Negative, inner),
        st.builds(lambda a, b: Call("min", (a, b)), inner, inner),
    ),
    max_leaves=3,
)
_amounts: st.SearchStrategy[Node] = st.recursive(
    _named(Sort.MONEY) | _of(Sort.MONEY, st.integers(0, 9_000_00)),
    lambda inner: st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-"), inner, inner),
        st.builds(Arithmetic, st.sampled_from("*/"), inner, _small),
    ),
    max_leaves=3,
)
_spans = st.builds(
    lambda n, unit: Literal(Duration(**{unit: n}), Sort.DURATION),
    st.integers(0, 40),
    st.sampled_from(["years", "months", "days"]),
)
_dates: st.SearchStrategy[Node] = st.recursive(
    _named(Sort.DATE) | _of(Sort.DATE, st.dates(date(1960, 1, 1), date(2030, 1, 1))),
    lambda inner: st.builds(Arithmetic, st.sampled_from("+-"), inner, _spans),
    max_leaves=2,
)
_cities = _of(Sort.TEXT, st.sampled_from(list(CITY.codes)))
_several_cities = st.lists(_cities, min_size=1, max_size=3).map(tuple)
_few = st.lists(_small, min_size=1, max_size=3).map(tuple)
_equality = st.sampled_from([Order.EQUAL, Order.DIFFERENT])

_clauses: st.SearchStrategy[Node] = st.one_of(
    st.builds(Comparison, st.sampled_from(Order), _numbers, _numbers),
    st.builds(Comparison, st.sampled_from(Order), _named(Sort.INTEGER), _small),
    st.builds(Comparison, st.sampled_from(Order), _amounts, _amounts),
    st.builds(Comparison, st.sampled_from(Order), _dates, _dates),
    st.builds(Comparison, _equality, _named(Sort.CODE), _cities),
    st.builds(Comparison, _equality, _named(Sort.BOOLEAN), _of(Sort.BOOLEAN, st.booleans())),
    st.builds(Among, _named(Sort.CODE), _several_cities, st.booleans()),
    st.builds(Among, _numbers, _few, st.booleans()),
    st.builds(Within, _named(Sort.TEXT), st.just(Name("person.tags")), st.booleans()),
    st.builds(Presence, st.one_of(_numbers, _dates, _named(*Sort)), st.booleans()),
    _named(Sort.BOOLEAN),
    _of(Sort.BOOLEAN, st.booleans()),
)

conditions: st.SearchStrategy[Node] = st.recursive(
    _clauses,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Some, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Not, inner),
        st.builds(Choice, inner, inner, inner),
    ),
    max_leaves=6,
)
"""Conditions that make sense for ``TYPES``."""

amounts = _amounts
"""Calculations of an amount of money."""

EXAMPLE: dict[str, object] = {
    "person.age": 58,
    "person.children": 2,
    "person.height": Decimal("172.5"),
    "person.income": 123456,
    "person.rent": 50000,
    "person.birth": date(1966, 2, 3),
    "application.date": date(2024, 3, 1),
    "person.disabled": False,
    "person.flexible": True,
    "person.city": "110102",
    "person.name": "张三",
    "person.tags": ["a", "b"],
    "person.payments": [100, 250],
    "today": date(2024, 3, 1),
}
