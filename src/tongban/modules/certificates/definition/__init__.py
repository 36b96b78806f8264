"""certificates/*.yaml: certificate types (GB/T 36903)."""

from tongban.kernel.text import Text
from tongban.kit.definitions.shape import Shape


class CertificateFieldDefinition(Shape, frozen=True, kw_only=True):
    """One line of a certificate."""

    code: str
    name: Text
    element: str = ""
    type: str = ""
    """As element types: text, integer, decimal, money, date, boolean, code. Where nothing is said, that
    of its element; without an element, text."""
    disclosable: bool = True
    """Whether the holder may withhold it when showing the credential."""

    def type_with(self, of_element: str) -> str:
        """Return the type of its values: as said, else that of its element (may be empty), else text."""
        return self.type or of_element or "text"


class CertificateTypeDefinition(Shape, frozen=True, kw_only=True):
    """A kind of certificate that departments of this government issue."""

    code: str
    """Short code used in the instance, such as ``subsidy-decision``."""
    name: Text
    type_code: str = ""
    """证照类型代码: defining authority's credit code and three digits (21 characters)."""
    category: str = "certificate"
    """licence 证照, approval 批文, certificate 证明, material 材料 or document 证件."""
    issuer: str
    """Department."""
    holder: str = "person"
    """Subject kind of the holder."""
    valid_months: int | None = None
    """Months of validity from the day of issue; absent when it does not expire."""
    fields: tuple[CertificateFieldDefinition, ...] = ()
    body: Text = ""
    """The certifying sentence; ``{field}`` stands for the value of a field."""
    basis: Text = ""
    retired: bool = False
