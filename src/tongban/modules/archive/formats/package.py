"""What stands in a package: explanation, list of documents, metadata, documents, digests.

The layout is a profile: ``profile.toml`` beside this file.
"""

import functools
import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from tongban.kernel.realms import Realm
from tongban.modules.archive.formats.bag import sha256
from tongban.modules.archive.model import Document, PackageRequest

_LABEL: Mapping[Realm, tuple[str, ...]] = {
    Realm.REAL: (),
    Realm.DEMONSTRATION: ("【演示数据】本包由演示政府生成，不是真实档案，没有法律效力。", ""),
    Realm.TRIAL: ("【试运行数据】本包由试运行生成，不是真实档案，没有法律效力。", ""),
}
_ROOT = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """Whose archive it is."""

    name: str
    fonds: str
    """全宗号: the government's division code stands in for it."""
    realm: Realm


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A document in its place, with its bytes."""

    path: str
    document: Document
    content: bytes


@functools.cache
def profile() -> Mapping[str, Any]:
    """Return the layout."""
    text = resources.files("tongban.modules.archive.formats") / "profile.toml"
    return tomllib.loads(text.read_text("utf-8"))


def place(name: str) -> str:
    """Return the path that a document gets: its first folder is one of the profile's."""
    first, _, rest = name.partition("/")
    for folder, others in profile()["folders"].items():
        if first in others and rest:
            return f"{folder}/{rest}"
    return f"{next(iter(profile()['folders']))}/{name}" if not rest else name


def payload(
    office: Office, request: PackageRequest, name: str, at: datetime, contents: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return the files of a package by path; ``contents`` holds the documents by their own path."""
    items = _in_order(request, contents)
    names = profile()["files"]
    files = {item.path: item.content for item in items}
    files[names["catalogue"]] = _catalogue(items)
    files[names["metadata"]] = _metadata(office, request, items)
    files[names["readme"]] = _readme(office, request, name, at, items)
    files[names["fixity"]] = _fixity(files, name, at)
    return files


def _in_order(request: PackageRequest, contents: Mapping[str, bytes]) -> list[Item]:
    folders = list(profile()["folders"])
    items = [
        Item(path=place(one.name), document=one, content=contents[one.name])
        for one in request.documents
    ]

    def rank(item: Item) -> tuple[int, str]:
        first = item.path.partition("/")[0]
        return (folders.index(first) if first in folders else len(folders), item.path)

    return sorted(items, key=rank)


def _element(name: str, value: object, indent: int = 2) -> str:
    return f"{' ' * indent}<{name}>{escape(str(value))}</{name}>\n"


def _catalogue(items: list[Item]) -> bytes:
    body = "".join(
        f"  <文件 顺序号={quoteattr(str(number))}>\n"
        + _element("题名", item.document.title, 4)
        + _element("责任者", item.document.maker, 4)
        + _element("日期", item.document.at.isoformat(timespec="seconds"), 4)
        + _element("密级", profile()["secrecy"], 4)
        + _element("电子档案名称", item.path, 4)
        + "  </文件>\n"
        for number, item in enumerate(items, 1)
    )
    return f"{_ROOT}<文件目录>\n{body}</文件目录>\n".encode()


def _metadata(office: Office, request: PackageRequest, items: list[Item]) -> bytes:
    parts = [
        _ROOT,
        "<元数据>\n",
        _element("全宗号", office.fonds),
        _element("立档单位", office.name),
        _element("办件编号", request.case_number),
        _element("保管期限", profile()["retention"]),
        _element("密级", profile()["secrecy"]),
    ]
    for group, names in profile()["metadata"].items():
        parts += [f"  <{group}>\n", *_group(names, request.metadata), f"  </{group}>\n"]
    known = {key for names in profile()["metadata"].values() for key in names}
    others = {key: request.metadata[key] for key in sorted(set(request.metadata) - known)}
    if others:
        parts.append("  <其他信息>\n")
        parts += [
            f"    <项 名称={quoteattr(key)}>{escape(str(value))}</项>\n"
            for key, value in others.items()
        ]
        parts.append("  </其他信息>\n")
    parts += ["  <电子文件>\n", *map(_document, items), "  </电子文件>\n", "</元数据>\n"]
    return "".join(parts).encode()


def _group(names: Mapping[str, str], facts: Mapping[str, Any]) -> list[str]:
    words: Mapping[str, str] = profile()["outcome"]
    return [
        _element(
            element, words.get(str(facts[key]), facts[key]) if key == "outcome" else facts[key], 4
        )
        for key, element in names.items()
        if key in facts and facts[key] not in (None, "")
    ]


def _document(item: Item) -> str:
    return (
        "    <文件>\n"
        + _element("题名", item.document.title, 6)
        + _element("形成者", item.document.maker, 6)
        + _element("形成时间", item.document.at.isoformat(timespec="seconds"), 6)
        + _element("格式", item.document.media_type, 6)
        + _element("路径", item.path, 6)
        + _element("大小", len(item.content), 6)
        + _element("数字摘要算法", "SHA-256", 6)
        + _element("数字摘要", sha256(item.content), 6)
        + "    </文件>\n"
    )


def _readme(
    office: Office, request: PackageRequest, name: str, at: datetime, items: list[Item]
) -> bytes:
    names = profile()["files"]
    lines = [
        "归档信息包说明",
        "",
        *_LABEL[office.realm],
        f"信息包名称：{name}",
        f"立档单位：{office.name}",
        f"办件编号：{request.case_number}",
        f"封装时间：{at.isoformat(timespec='seconds')}",
        f"电子文件数：{len(items)}",
        f"结构依据：{profile()['name']}",
        "",
        f"{names['catalogue']}：按办理顺序列出全部电子文件。",
        f"{names['metadata']}：办件和每个电子文件的元数据。",
        f"{names['fixity']}：每个文件的 SHA-256 数字摘要，用来查验文件是否被改动。",
        "外层按 BagIt（RFC 8493）封装，用任何 BagIt 工具都可以查验完整性。",
        "",
    ]
    return "\n".join(lines).encode()


def _fixity(files: Mapping[str, bytes], name: str, at: datetime) -> bytes:
    facts = {
        "信息包": name,
        "固化时间": at.isoformat(timespec="seconds"),
        "算法": "SHA-256",
        "文件": [
            {"路径": path, "大小": len(files[path]), "摘要": sha256(files[path])}
            for path in sorted(files)
        ],
    }
    return msgspec.json.format(msgspec.json.encode(facts), indent=2) + b"\n"
