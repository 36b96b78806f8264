"""evaluation.yaml: which indicators this government shows and where it wants to be."""

from tongban.kernel.text import Text
from tongban.kit.definitions.shape import Shape


class IndicatorDefinition(Shape):
    """One indicator (指标)."""

    code: str
    name: Text
    of: str
    """Name of a built-in measure, such as ``cases_on_time_share``."""
    better: str = "higher"
    """higher or lower."""
    target: float | None = None
    dimension: Text = ""
    basis: Text = ""
