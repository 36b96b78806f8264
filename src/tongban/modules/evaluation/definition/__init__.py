"""evaluation.yaml: which indicators this government shows and where it wants to be."""

from tongban.kernel.text import Text
from tongban.kit.definitions.shape import Shape


class IndicatorDefinition(Shape, frozen=True, kw_only=True):
    """One indicator (指标)."""

    code: str
    name: Text
    of: str
    """Name of a built-in measure: cases_on_time_share, values_fetched_share, average_days_saved,
    corrections_share, disclosures_consented_share or data_answered_share."""
    better: str = ""
    """higher or lower, if it is said at all: every measure has its own direction, and saying
    another is an error. A measure that is neither (``disclosures_consented_share``) has no target."""
    target: float | None = None
    dimension: Text = ""
    basis: Text = ""
