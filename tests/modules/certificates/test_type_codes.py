"""What is wrong with a certificate's type code is named, and not always its length."""

import pytest
from tests.builders.definitions import instance_of

TYPE = "# file: certificates.yaml\n- {{code: c, name: 证, issuer: x, type_code: {code}}}\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("11100000000013338W03", "有 20 位"),
        ("11100000000013338W0322", "有 22 位"),
        ("11100000000013338X032", "校验码不对"),
        ("1110000000001333OW032", "没有 I、O、S、V、Z"),
        ("11100000000013338w032", "写成大写"),
        ("11100000000013338W03A", "最后 3 位不是半角数字"),
        ("11100000000013338W０３２", "最后 3 位不是半角数字"),
    ],
)
def test_the_fault_of_a_type_code_is_named(code: str, said: str) -> None:
    found = instance_of(TYPE.format(code=code)).findings
    (told,) = [one for one in found if one.code == "certificates.bad_type_code"]
    assert (told.place.file, told.place.line) == ("certificates.yaml", 1)
    assert said in told.message("zh")
