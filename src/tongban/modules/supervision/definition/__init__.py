"""supervision.yaml: when a card turns yellow or red (GB/T 39046 table 11)."""

from tongban.kernel.text import Text
from tongban.kit.definitions.shape import Shape


class SupervisionRuleDefinition(Shape, frozen=True, kw_only=True):
    """One rule: an expression over a running case that draws a card."""

    code: str
    name: Text
    colour: str
    """yellow or red."""
    condition: str
    """Over ``case.used_share`` (share of the promised time used, decimal), ``case.remaining_days`` and
    ``case.overdue_days``; the same three of ``acceptance.`` (the five days for acceptance) and
    ``statutory.`` (the limit by law); ``step.overdue_days``; whole working days. A rule and its
    cards are about one clock: the step's where it speaks of ``step.``, else that of acceptance, by
    law, or promised, the first of these it speaks of. A clock that does not run, or stands still,
    has used nothing and is not late."""
    recipient: str = "department"
    """department, handler or bureau: whom a card is for. Whoever is to answer it is told in any case; with
    ``bureau`` those who supervise are told too, in words of their own."""
    reply_days: int = 3
    basis: Text = ""
