"""The part of an instance that certificates owns."""

from tongban.kit.definitions.part import Part, checks_of
from tongban.modules.certificates.definition import CertificateTypeDefinition, checks

PARTS: tuple[Part, ...] = (
    Part(
        name="certificates",
        shape=CertificateTypeDefinition,
        title={"zh": "证照类型", "en": "certificate types"},
        checks=checks_of(CertificateTypeDefinition, checks),
    ),
)
