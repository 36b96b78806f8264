"""BagIt (RFC 8493) version 1.0 as files by path; the same content gives the same bytes.

The usual library changes the working directory of the whole process while it writes, which a server
must not; what is written here is checked with it in the tests and by ``tongban archive check``.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from tongban.kit.crypto.hashing import SHA_256
from tongban.modules.archive.model import Flaw

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = f"manifest-{SHA_256.short}.txt"
TAG_MANIFEST = f"tagmanifest-{SHA_256.short}.txt"
PAYLOAD = "data/"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def make_bag(payload: Mapping[str, bytes], info: Mapping[str, str]) -> dict[str, bytes]:
    """Return all files of a bag around a payload; ``info`` goes into ``bag-info.txt``."""
    files = {PAYLOAD + path: content for path, content in payload.items()}
    total = sum(len(content) for content in payload.values())
    facts = {**info, "Payload-Oxum": f"{total}.{len(payload)}"}
    files[MANIFEST] = _manifest(files)
    tags = {
        DECLARATION: b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        INFO: "".join(f"{key}: {_one_line(facts[key])}\n" for key in sorted(facts)).encode(),
        MANIFEST: files[MANIFEST],
    }
    return {**files, **tags, TAG_MANIFEST: _manifest(tags)}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _manifest(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{sha256(files[path])}  {_escape(path)}\n" for path in sorted(files))
    return "".join(lines).encode()


def _escape(path: str) -> str:
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def sha256(content: bytes) -> str:
    """Return the digest in hexadecimal."""
    return SHA_256.hex(content)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest that stands for the whole bag: that of its list of lists."""
    return sha256(files.get(TAG_MANIFEST, b""))


def flaws(files: Mapping[str, bytes]) -> list[Flaw]:
    """Return what is wrong with a bag: files missing, altered or stray, lists that cannot be read."""
    tags = _read(files.get(TAG_MANIFEST))
    payload = _read(files.get(MANIFEST))
    if tags is None or payload is None:
        return [Flaw("unreadable", TAG_MANIFEST if tags is None else MANIFEST)]
    listed = {**tags, **payload}
    found = [
        Flaw("missing" if path not in files else "altered", path)
        for path, digest in sorted(listed.items())
        if path not in files or sha256(files[path]) != digest
    ]
    strays = sorted(set(files) - set(listed) - {TAG_MANIFEST})
    return found + [Flaw("stray", path) for path in strays]


def _read(manifest: bytes | None) -> dict[str, str] | None:
    try:
        lines = (manifest or b"").decode().splitlines()
    except UnicodeDecodeError:
        return None
    found = {}
    for line in lines:
        parts = _LINE.fullmatch(line)
        if parts is None:
            return None
        found[unquote(parts[2]) if "%" in parts[2] else parts[2]] = parts[1]
    return found or None
