"""The algorithms of the suite, by the vectors of those who published them."""

import io

import pytest

from tongban.kit.crypto.hashing import SHA_256, fingerprint, same
from tongban.kit.crypto.sealing import AES_256_GCM, AlteredError
from tongban.kit.crypto.signing import ED25519, ES256
from tongban.kit.crypto.suite import INTERNATIONAL

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_sha_256_of_abc_is_that_of_fips_180_4() -> None:
    assert SHA_256.hex(b"abc") == fingerprint(b"abc") == ABC
    assert SHA_256.digest(b"abc").hex() == SHA_256.of_stream(io.BytesIO(b"abc")) == ABC
    assert len(SHA_256.digest(b"")) == SHA_256.size


def test_a_stream_of_many_pieces_has_the_hash_of_the_whole() -> None:
    content = bytes(range(256)) * 10_000
    assert SHA_256.of_stream(io.BytesIO(content)) == SHA_256.hex(content)


def test_a_keyed_hash_is_that_of_rfc_4231_case_2() -> None:
    said = SHA_256.keyed(b"Jefe", b"what do ya want for nothing?").hex()
    assert said == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_a_signature_is_that_of_rfc_8032_test_2() -> None:
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signed = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert ED25519.public(seed).hex() == public
    assert ED25519.signer(seed)(b"\x72").hex() == signed
    assert ED25519.holds(bytes.fromhex(public), bytes.fromhex(signed), b"\x72")
    assert not ED25519.holds(bytes.fromhex(public), bytes.fromhex(signed), b"\x73")
    assert not ED25519.holds(b"too short", bytes.fromhex(signed), b"\x72")


def test_what_the_cipher_opens_is_test_case_16_of_gcm() -> None:
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    body = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    associated = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealer = AES_256_GCM.sealer(key)
    assert sealer.open(nonce + body, associated) == plain
    with pytest.raises(AlteredError):
        sealer.open(nonce + body, associated + b"\x00")
    with pytest.raises(AlteredError):
        sealer.open(b"short", associated)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        AES_256_GCM.sealer(bytes(16))


def test_two_seals_of_one_content_differ_and_both_open() -> None:
    sealer = AES_256_GCM.sealer(AES_256_GCM.new_key())
    one, other = sealer.seal(b"content", b""), sealer.seal(b"content", b"")
    assert one != other
    assert sealer.open(one, b"") == sealer.open(other, b"") == b"content"


def test_a_key_for_certificates_is_read_as_it_was_written() -> None:
    key = ES256.new_key()
    read = ES256.private_key(ES256.written(key))
    assert read is not None
    assert read.private_numbers() == key.private_numbers()


def test_secrets_are_compared_whole() -> None:
    assert same(b"secret", b"secret")
    assert not same(b"secret", b"secre")


def test_the_suite_names_what_its_documents_say() -> None:
    assert INTERNATIONAL.name == "international"
    said = (INTERNATIONAL.hash.name, INTERNATIONAL.cipher.name)
    assert said == ("sha-256", "AES-256-GCM")
    assert (INTERNATIONAL.checkpoint.name, INTERNATIONAL.certificate.name) == ("Ed25519", "ES256")
