"""The parts of an instance that identity owns."""

from tongban.kit.definitions.part import Part, checks_of
from tongban.modules.identity.definition import AccountDefinition, RoleDefinition, checks

PARTS: tuple[Part, ...] = (
    Part(
        name="roles",
        shape=RoleDefinition,
        title={"zh": "角色", "en": "roles"},
        checks=checks_of(RoleDefinition, checks),
    ),
    Part(
        name="accounts",
        shape=AccountDefinition,
        title={"zh": "演示账号", "en": "demonstration accounts"},
        key="login",
        checks=checks_of(AccountDefinition, checks),
    ),
)
