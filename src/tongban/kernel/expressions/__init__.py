"""Conditions and calculations: a small, total, typed language, one for the whole product.

:func:`parse` reads a source, :func:`check` tells what makes no sense given the types of its names,
:func:`verdict` and :func:`useless` find what can never be true, :func:`evaluate` works it out and
never raises, :func:`explain` and :func:`tell` say how it came out and why. A value that is absent
makes what depends on it ``UNKNOWN``, never false.
"""

from tongban.kernel.expressions.analysis import Verdict
from tongban.kernel.expressions.evaluator import Values
from tongban.kernel.expressions.explain import Explanation, Sentence, explain
from tongban.kernel.expressions.expression import (
    Expression,
    check,
    evaluate,
    evaluate_money,
    holds,
    missing,
    names,
    needed,
    parse,
    type_of,
    useless,
    verdict,
)
from tongban.kernel.expressions.functions import FUNCTIONS
from tongban.kernel.expressions.problems import ExpressionError, Problem, nearest
from tongban.kernel.expressions.values import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    MONEY,
    TEXT,
    UNKNOWN,
    Sort,
    Type,
    Unknown,
    Value,
    code,
    list_of,
    read_value,
)
from tongban.kernel.expressions.wording import Told, describe, tell

__all__ = [
    "BOOLEAN",
    "DATE",
    "DECIMAL",
    "FUNCTIONS",
    "INTEGER",
    "MONEY",
    "TEXT",
    "UNKNOWN",
    "Explanation",
    "Expression",
    "ExpressionError",
    "Problem",
    "Sentence",
    "Sort",
    "Told",
    "Type",
    "Unknown",
    "Value",
    "Values",
    "Verdict",
    "check",
    "code",
    "describe",
    "evaluate",
    "evaluate_money",
    "explain",
    "holds",
    "list_of",
    "missing",
    "names",
    "nearest",
    "needed",
    "parse",
    "read_value",
    "tell",
    "type_of",
    "useless",
    "verdict",
]
