"""What can be found in a listing: each with a stable code, how much it matters, and what it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kit.definitions.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One thing that can be found; its sentences stand in the catalogue as ``app.import.CODE``."""

    code: str
    severity: Severity
    leaves_out: bool = False
    """Whether the row is left out for it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something found: its line, what, and whether the row was left out for it."""

    line: int
    code: str
    left_out: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    found: Finding | None = None
    """What a check finds in the definition that the row becomes; its code is the check's."""

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return KINDS[self.code].severity if self.found is None else self.found.severity

    @property
    def name(self) -> str:
        """The whole code, by which findings of one kind are counted."""
        return f"import.{self.code}" if self.found is None else self.code


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
_ALL = (
    # the file
    FindingKind("replace_needed", _INFO),
    FindingKind("cut_off", _WARNING),
    FindingKind("file_foreign", _WARNING),
    FindingKind("file_edited", _WARNING),
    FindingKind("replaces_all", _ERROR),
    FindingKind("reference_broken", _ERROR),
    FindingKind("sheets_not_read", _WARNING),
    FindingKind("sheets_hidden", _WARNING),
    FindingKind("lists_not_read", _WARNING),
    FindingKind("total_differs", _WARNING),
    FindingKind("bad_bytes", _WARNING),
    FindingKind("encoding_guessed", _WARNING),
    FindingKind("quote_open", _WARNING),
    FindingKind("quote_stray", _WARNING),
    FindingKind("key_twice", _WARNING),
    FindingKind("hidden_read", _WARNING),
    FindingKind("cell_error", _WARNING),
    FindingKind("formula_without_value", _WARNING),
    FindingKind("hidden_characters", _WARNING),
    FindingKind("markup", _WARNING),
    FindingKind("garbled", _WARNING),
    FindingKind("title_row", _INFO),
    FindingKind("columns_alike", _WARNING),
    FindingKind("column_chosen", _WARNING),
    FindingKind("column_joins", _WARNING),
    FindingKind("columns_unnamed", _WARNING),
    FindingKind("cell_as_above", _INFO),
    FindingKind("cell_above_unknown", _WARNING),
    FindingKind("cell_elsewhere", _WARNING),
    FindingKind("code_is_day", _WARNING),
    FindingKind("code_is_value", _WARNING),
    FindingKind("cell_nested", _WARNING),
    # rows that are left out
    FindingKind("line_unreadable", _ERROR, leaves_out=True),
    FindingKind("header_again", _INFO, leaves_out=True),
    FindingKind("under_other_header", _ERROR, leaves_out=True),
    FindingKind("totals_row", _INFO, leaves_out=True),
    FindingKind("section_row", _INFO, leaves_out=True),
    FindingKind("note_row", _INFO, leaves_out=True),
    FindingKind("row_width", _ERROR, leaves_out=True),
    FindingKind("row_without_values", _ERROR, leaves_out=True),
    FindingKind("row_without_code", _ERROR, leaves_out=True),
    FindingKind("row_without_name", _ERROR, leaves_out=True),
    FindingKind("row_without_department", _ERROR, leaves_out=True),
    FindingKind("row_lacks", _ERROR, leaves_out=True),
    FindingKind("row_unfit", _ERROR, leaves_out=True),
    FindingKind("row_contradicts", _ERROR, leaves_out=True),
    FindingKind("row_apart", _ERROR, leaves_out=True),
    FindingKind("row_repeated", _INFO, leaves_out=True),
    FindingKind("row_defined_elsewhere", _WARNING, leaves_out=True),
    FindingKind("code_shortened", _ERROR, leaves_out=True),
    FindingKind("name_is_reference", _ERROR, leaves_out=True),
    FindingKind("name_is_list", _ERROR, leaves_out=True),
    FindingKind("name_several", _ERROR, leaves_out=True),
    FindingKind("name_of_two_codes", _ERROR, leaves_out=True),
    FindingKind("department_is_reference", _ERROR, leaves_out=True),
    FindingKind("department_several", _ERROR, leaves_out=True),
    FindingKind("department_generic", _ERROR, leaves_out=True),
    FindingKind("department_unknown", _ERROR, leaves_out=True),
    FindingKind("value_unknown", _ERROR, leaves_out=True),
    FindingKind("name_ambiguous", _ERROR, leaves_out=True),
    # values
    FindingKind("row_short", _WARNING),
    FindingKind("row_same_name", _WARNING),
    FindingKind("department_leads", _INFO),
    FindingKind("row_differs", _WARNING),
    FindingKind("number_shortened", _WARNING),
    FindingKind("phone_was_number", _WARNING),
    FindingKind("type_unknown", _WARNING),
    FindingKind("value_unfit", _WARNING),
    FindingKind("word_unknown", _WARNING),
    FindingKind("date_two_days", _WARNING),
    FindingKind("limit_unit_unknown", _WARNING),
    FindingKind("limit_in_other_unit", _WARNING),
    FindingKind("limit_units_differ", _WARNING),
    FindingKind("limit_of_both", _WARNING),
    FindingKind("columns_differ", _WARNING),
    FindingKind("note_not_kept", _INFO),
    FindingKind("visits_range", _WARNING),
    FindingKind("basis_unclear", _WARNING),
    FindingKind("basis_left_out", _WARNING),
    FindingKind("basis_without_law", _WARNING),
    FindingKind("basis_in_text", _WARNING),
    FindingKind("materials_unclear", _WARNING),
    FindingKind("materials_headed", _WARNING),
    FindingKind("material_elsewhere", _WARNING),
    FindingKind("material_waived", _WARNING),
    FindingKind("fee_not_said", _WARNING),
    FindingKind("fee_without_amount", _WARNING),
    FindingKind("fee_none_unclear", _WARNING),
    FindingKind("fee_contradicts", _WARNING),
    FindingKind("promise_over_law", _WARNING),
    FindingKind("guide_url_unusable", _WARNING),
    FindingKind("reference_unknown", _WARNING),
    FindingKind("reference_ambiguous", _WARNING),
    FindingKind("reference_left_out", _WARNING),
    FindingKind("parent_circle", _WARNING),
    FindingKind("code_made", _INFO),
    FindingKind("code_computed", _INFO),
    FindingKind("code_absent", _INFO),
    FindingKind("code_wrong", _WARNING),
    FindingKind("code_perhaps_own", _WARNING),
    FindingKind("code_taken", _WARNING),
    FindingKind("code_defined", _WARNING),
    FindingKind("code_lower_case", _WARNING),
    FindingKind("code_blanks", _WARNING),
    FindingKind("code_several", _WARNING),
    FindingKind("national_code_contradicts", _WARNING),
    FindingKind("national_code_shared", _WARNING),
    FindingKind("department_without_credit_code", _INFO),
    FindingKind("credit_code_taken", _WARNING),
    FindingKind("credit_code_claimed", _WARNING),
    FindingKind("key_not_kept", _INFO),
)
KINDS: Mapping[str, FindingKind] = {one.code: one for one in _ALL}


@dataclass(frozen=True, slots=True)
class Doubt:
    """What somebody should look at in a cell that was read."""

    code: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Partly:
    """What a cell says as far as it is understood, and what of it is not."""

    value: Any
    doubts: tuple[Doubt, ...]


class Unfit(Exception):
    """A cell does not say what its key needs."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data
