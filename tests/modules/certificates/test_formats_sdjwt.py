"""SD-JWT by the rules of RFC 9901, with the reference package as oracle."""

import datetime as dt
import json
from contextlib import suppress
from importlib import import_module
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as joserfc
from joserfc.jwk import ECKey
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from tongban.kernel.errors import Refusal
from tongban.modules.certificates.formats import sdjwt

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
ORACLE_KEY: Any = import_module("jwcrypto.jwk").JWK.from_pem(PEM)  # publishes no types
HOLDER = ECKey.generate_key("P-256")


def refused(reason: str) -> Any:
    """Expect the refusal of that reason."""
    return pytest.raises(Refusal, check=lambda refusal: refusal.data.get("reason") == reason)


def signed(claims: dict[str, Any]) -> str:
    return joserfc.serialize_compact(
        {"alg": "ES256"}, json.dumps(claims).encode(), ECKey.import_key(PEM)
    )


def claims_of(jwt: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(sdjwt.decode(jwt.split(".")[1]))
    return found


NAME, AGE = sdjwt.disclose("name", "王小敏"), sdjwt.disclose("age", 36)


# Both ways with the oracle ------------------------------------------------------------------------

_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcde", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text("fghij", min_size=1, max_size=4), _PLAIN, max_size=5))
def test_what_we_make_the_reference_package_reads(values: dict[str, Any]) -> None:
    disclosures = [sdjwt.disclose(name, value) for name, value in values.items()]
    jwt = signed(sdjwt.conceal({"iss": "https://example.org"}, disclosures))
    text = sdjwt.compose(jwt, [one.text for one in disclosures])
    oracle = SDJWTVerifier(text, lambda _issuer, _header: ORACLE_KEY)
    assert oracle.get_verified_payload() == {"iss": "https://example.org", **values}


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.text("fghij", min_size=1, max_size=4), _PLAIN, max_size=4),
    st.lists(_PLAIN, max_size=4),
    st.booleans(),
)
def test_what_the_reference_package_makes_we_read(
    values: dict[str, Any], listed: list[Any], decoys: bool
) -> None:
    nested: dict[Any, Any] = {
        "list": [SDObj(value) for value in listed],
        SDObj("inner"): {SDObj(name): value for name, value in values.items()},
    }
    issuer = SDJWTIssuer(nested, ORACLE_KEY, add_decoy_claims=decoys)
    parts = sdjwt.split(issuer.sd_jwt_issuance)
    plain = {"list": listed, "inner": values}
    assert sdjwt.reveal(claims_of(parts.jwt), parts.disclosures) == plain


def test_a_part_chosen_by_the_reference_holder_shows_only_that_part() -> None:
    issuer = SDJWTIssuer({SDObj("a"): 1, SDObj("b"): {"c": 2}, "d": 3}, ORACLE_KEY)
    holder = SDJWTHolder(issuer.sd_jwt_issuance)
    holder.create_presentation({"b": True})
    parts = sdjwt.split(holder.sd_jwt_presentation)
    assert sdjwt.reveal(claims_of(parts.jwt), parts.disclosures) == {"b": {"c": 2}, "d": 3}


def test_nested_disclosures_inside_disclosures_are_followed() -> None:
    inner = sdjwt.disclose("street", "文津路1号")
    outer = sdjwt.disclose("address", {"_sd": [inner.digest], "city": "云汀"})
    claims = {"_sd": [outer.digest]}
    assert sdjwt.reveal(claims, [outer.text]) == {"address": {"city": "云汀"}}
    whole = sdjwt.reveal(claims, [inner.text, outer.text])
    assert whole == {"address": {"city": "云汀", "street": "文津路1号"}}
    with refused("unknown_digest"):
        sdjwt.reveal(claims, [inner.text])


# What must be refused -----------------------------------------------------------------------------


def test_a_disclosure_whose_digest_stands_nowhere_is_refused() -> None:
    with refused("unknown_digest"):
        sdjwt.reveal({"_sd": [AGE.digest]}, [AGE.text, NAME.text])


def test_the_same_disclosure_twice_is_refused() -> None:
    with refused("duplicate"):
        sdjwt.reveal({"_sd": [AGE.digest]}, [AGE.text, AGE.text])


@pytest.mark.parametrize(
    "claims",
    [
        {"_sd": [AGE.digest, AGE.digest]},
        {"_sd": [AGE.digest], "inner": {"_sd": [AGE.digest]}},
        {"_sd": [AGE.digest], "list": [{"...": AGE.digest}]},
    ],
)
def test_a_digest_that_stands_twice_is_refused_even_undisclosed(claims: dict[str, Any]) -> None:
    with refused("duplicate"):
        sdjwt.reveal(claims, [])


def test_a_disclosure_that_would_overwrite_a_signed_claim_is_refused() -> None:
    with refused("overwrites"):
        sdjwt.reveal({"_sd": [AGE.digest], "age": 17}, [AGE.text])


def test_two_disclosures_of_one_name_are_refused() -> None:
    other = sdjwt.disclose("age", 99)
    with refused("overwrites"):
        sdjwt.reveal({"_sd": [AGE.digest, other.digest]}, [AGE.text, other.text])


@pytest.mark.parametrize("name", ["_sd", "..."])
def test_a_disclosure_of_a_reserved_name_is_refused(name: str) -> None:
    odd = sdjwt.disclose(name, [])
    with refused("disclosure"):
        sdjwt.reveal({"_sd": [odd.digest]}, [odd.text])


def test_an_element_of_a_list_needs_a_disclosure_without_name_and_a_claim_one_with() -> None:
    unnamed = sdjwt.encode(json.dumps(["salt", 5]).encode())
    with refused("disclosure"):
        sdjwt.reveal({"_sd": [sdjwt.digest_of(unnamed)]}, [unnamed])
    with refused("disclosure"):
        sdjwt.reveal({"list": [{"...": AGE.digest}]}, [AGE.text])
    assert sdjwt.reveal({"list": [1, {"...": sdjwt.digest_of(unnamed)}]}, [unnamed]) == {
        "list": [1, 5]
    }
    assert sdjwt.reveal({"list": [1, {"...": sdjwt.digest_of(unnamed)}]}, []) == {"list": [1]}


def test_three_dots_anywhere_else_are_refused() -> None:
    with refused("reserved"):
        sdjwt.reveal({"...": AGE.digest}, [])
    with refused("reserved"):
        sdjwt.reveal({"list": [{"...": AGE.digest, "more": 1}]}, [])


@pytest.mark.parametrize("algorithm", ["sha-1", "md5", "SHA-256", 5, None])
def test_another_digest_algorithm_is_refused(algorithm: object) -> None:
    with refused("algorithm"):
        sdjwt.reveal({"_sd_alg": algorithm}, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "~",
        "no tilde at all",
        "a.b.c",
        "中~文~",
        "a" * (sdjwt.LARGEST + 1) + "~",
        "x" + "~y" * (sdjwt.MOST_DISCLOSURES + 5) + "~",
    ],
)
def test_what_is_no_sd_jwt_is_unreadable(text: str) -> None:
    with refused("unreadable"):
        sdjwt.split(text)


@given(st.text(max_size=40))
def test_a_disclosure_of_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Refusal):
        sdjwt.read_disclosure(text)


@given(_PLAIN, st.lists(st.sampled_from([NAME.text, AGE.text]), max_size=2))
def test_claims_of_any_shape_are_revealed_or_refused(value: Any, texts: list[str]) -> None:
    claims = {"a": value, "_sd": value}
    with suppress(Refusal):
        sdjwt.reveal(claims, texts)


def test_claims_nested_without_end_are_refused() -> None:
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    with refused("unreadable"):
        sdjwt.reveal({"a": deep}, [])


def test_base64_has_one_form_only() -> None:
    assert sdjwt.decode("YQ") == b"a"
    for other in ("YR", "YQ==", "Y Q", "Y+", "ä"):
        with refused("unreadable"):
            sdjwt.decode(other)


def test_decoys_hide_how_many_fields_there_are_and_order_tells_nothing() -> None:
    digests = sdjwt.conceal({}, [NAME, AGE])["_sd"]
    assert len(digests) > 2
    assert digests == sorted(digests)


# Key binding --------------------------------------------------------------------------------------

ASKED = sdjwt.Challenge(audience="https://verifier.example", nonce="n-1")


def bound(parts: sdjwt.Parts, key: ECKey = HOLDER, typ: str = sdjwt.KB_TYPE, **more: Any) -> Any:
    facts = {
        "iat": int(NOW.timestamp()),
        "aud": ASKED.audience,
        "nonce": ASKED.nonce,
        "sd_hash": sdjwt.digest_of(parts.bound),
        **more,
    }
    token = joserfc.serialize_compact({"alg": "ES256", "typ": typ}, json.dumps(facts).encode(), key)
    return msgspec.structs.replace(parts, key_binding=token)


def presentation() -> tuple[sdjwt.Parts, dict[str, Any]]:
    claims = {**sdjwt.conceal({}, [AGE]), "cnf": {"jwk": HOLDER.as_dict(private=False)}}
    return sdjwt.Parts(jwt=signed(claims), disclosures=(AGE.text,)), claims


def test_a_holder_who_signs_what_was_asked_is_believed() -> None:
    parts, claims = presentation()
    assert sdjwt.check_binding(bound(parts), claims, ASKED, NOW) is True
    assert sdjwt.check_binding(parts, claims, None, NOW) is False


def test_a_binding_that_is_asked_for_and_missing_is_refused() -> None:
    parts, claims = presentation()
    with refused("binding_missing"):
        sdjwt.check_binding(parts, claims, ASKED, NOW)


@pytest.mark.parametrize(
    "more",
    [
        {"aud": "https://another.example"},
        {"nonce": "n-0"},
        {"sd_hash": "x"},
        {"iat": int(NOW.timestamp()) - 3600},
        {"iat": int(NOW.timestamp()) + 3600},
        {"iat": "now"},
        {"iat": None},
    ],
)
def test_a_binding_for_another_place_time_or_text_is_refused(more: dict[str, Any]) -> None:
    parts, claims = presentation()
    with refused("binding"):
        sdjwt.check_binding(bound(parts, **more), claims, ASKED, NOW)


def test_a_binding_over_other_disclosures_is_refused() -> None:
    parts, claims = presentation()
    fewer = msgspec.structs.replace(bound(parts), disclosures=())
    with refused("binding"):
        sdjwt.check_binding(fewer, claims, ASKED, NOW)


def test_a_binding_by_another_key_or_of_another_type_is_refused() -> None:
    parts, claims = presentation()
    with refused("altered"):
        sdjwt.check_binding(bound(parts, ECKey.generate_key("P-256")), claims, ASKED, NOW)
    with refused("type"):
        sdjwt.check_binding(bound(parts, typ="jwt"), claims, ASKED, NOW)


def test_a_binding_that_nobody_asked_for_or_without_a_key_is_refused() -> None:
    parts, claims = presentation()
    with refused("binding"):
        sdjwt.check_binding(bound(parts), claims, None, NOW)
    with refused("binding"):
        sdjwt.check_binding(bound(parts), {**claims, "cnf": {}}, ASKED, NOW)
