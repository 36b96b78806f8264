"""Every part of an instance, lower modules first."""

from tongban.kit.definitions.finding import Rule
from tongban.kit.definitions.part import Check, Part
from tongban.kit.definitions.reading_rules import RULES
from tongban.modules.catalog.definition import parts as catalog
from tongban.modules.certificates.definition import parts as certificates
from tongban.modules.evaluation.definition import parts as evaluation
from tongban.modules.exchange.definition import parts as exchange
from tongban.modules.government.definition import parts as government
from tongban.modules.identity.definition import parts as identity
from tongban.modules.services.definition import parts as services
from tongban.modules.supervision.definition import parts as supervision

PARTS: tuple[Part, ...] = (
    *government.PARTS,
    *identity.PARTS,
    *catalog.PARTS,
    *exchange.PARTS,
    *certificates.PARTS,
    *services.PARTS,
    *supervision.PARTS,
    *evaluation.PARTS,
)
CHECKS: tuple[Check, ...] = tuple(check for part in PARTS for check in part.checks)
ALL_RULES: tuple[Rule, ...] = (*RULES, *(check.rule for check in CHECKS))
