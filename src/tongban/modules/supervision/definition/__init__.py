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
    """Over ``case.used_share`` (share of the promised time used, decimal), ``case.remaining_days``,
    ``case.overdue_days``, ``step.overdue_days``; whole working days."""
    recipient: str = "department"
    """department, handler or bureau."""
    reply_days: int = 3
    basis: Text = ""
