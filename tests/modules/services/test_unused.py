"""What a folder declares and nothing uses is said once for each kind, by name."""

import pytest
from tests.builders.definitions import SMALL, TODAY, instance_of

from tongban.app.instance.parts import PARTS
from tongban.app.setup import demonstration_folder
from tongban.kit.definitions.finding import Finding
from tongban.kit.definitions.folder import read_folder
from tongban.kit.definitions.instance import Instance
from tongban.kit.definitions.loading import load

SPARE = SMALL.partition("# file: roles.yaml")[0] + (
    "# file: sources.yaml\n- {code: old, name: {zh: 旧系统, en: Old system}, department: finance, "
    "location: old.db}\n"
    "# file: elements.yaml\n- {code: person.nickname, name: {zh: 别名, en: Nickname}, subject: person}\n"
    "- {code: person.resident_id, name: 公民身份号码, subject: person}\n"
    "# file: resources.yaml\n- {code: 101003/1, name: 台账, provider: finance, abstract: 台账, "
    "format: {category: database}, items: [{name: 姓名}], share: {type: unconditional}}\n"
    "# file: roles.yaml\n- {code: spare, name: {zh: 备用角色, en: Spare}, duties: [case.review]}\n"
    "- {code: clerk, name: 窗口人员, duties: [case.accept]}\n"
    "# file: accounts.yaml\n"
    "- {login: wang, name: 王某, kind: staff, department: finance, roles: [clerk]}\n"
    "# file: certificates.yaml\n- {code: pass, name: {zh: 通行证, en: Pass}, issuer: finance}\n"
    "- {code: gone, name: 停发证, issuer: finance, retired: true}\n"
)
SAID = {
    "sources_unused": ("旧系统 (old)", "Old system (old)"),
    "elements_unused": ("别名 (person.nickname)", "Nickname (person.nickname)"),
    "certificates_unused": ("通行证 (pass)", "Pass (pass)"),
    "roles_unused": ("备用角色 (spare)", "Spare (spare)"),
}


def _of(instance: Instance, code: str) -> list[Finding]:
    return [one for one in instance.findings if one.code == f"services.{code}"]


@pytest.mark.parametrize("code", SAID)
def test_what_nothing_uses_is_named_in_one_hint(code: str) -> None:
    (hint,) = _of(instance_of(SPARE), code)
    zh, en = SAID[code]
    assert hint.data["count"] == 1
    assert (zh in hint.message("zh"), en in hint.message("en")) == (True, True)


def test_the_vocabulary_of_a_new_government_is_no_finding_before_anything_is_catalogued() -> None:
    new = instance_of(SPARE.partition("# file: resources.yaml")[0])
    assert _of(new, "elements_unused") == []


def test_the_demonstration_declares_no_source_element_or_role_that_nothing_uses() -> None:
    found = load(read_folder(demonstration_folder(), PARTS), PARTS, TODAY)
    for code in ("sources_unused", "elements_unused", "roles_unused"):
        assert [one.message("en") for one in _of(found, code)] == []
