"""How words are compared where a listing writes them in its own way, and what is only a reference."""

import functools
import re
import unicodedata

from tongban.app.instance.importing.lists import things_in
from tongban.kernel.characters import half_width
from tongban.kit.word_forms import simplified

_MARKS = re.compile(r"[\s*:_\-.。、,/\\#]+")
_BRACKETS = re.compile(r"[(\[【<《「](?:[^()\[\]【】<>《》「」]*)[)\]】>》」]$")
_HEX = re.compile(
    r"(?:(?:sha|md)[0-9]{1,3}[:-]|0x)?[0-9a-f]{16,}"
    r"|(?:urn:uuid:)?[{(]?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}[})]?",
    re.IGNORECASE,
)
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9][0-9,. _-]*(e[+-]?[0-9]+)?", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,15}://|mailto:|www\.", re.IGNORECASE)
_MAIL = re.compile(r"[!-~]{1,64}@[!-~]{3,}")
_PATH = re.compile(
    r"(?:[A-Za-z]:[\\/]|\\\\|/|\.{1,2}[\\/]|~/).*"
    r"|\S{1,200}\.(?:xlsx?|et|csv|docx?|wps|pdf|ofd|txt|json|xml|html?|zip|rar|png|jpe?g)",
    re.IGNORECASE | re.DOTALL,
)
_ERROR = re.compile(r"#(?:[A-Z0-9/_]{1,20}[!?]|N/A|[A-Z_]{3,20})|#{2,}|Err:[0-9]{3}", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}[日号])?")
_ONLY_NUMBERS = re.compile(r"(?=(?:[^0-9]*[0-9]){8})[!-~]+")
"""A code: no blank, nothing beyond ASCII, and eight digits."""
_ENCODED = re.compile(r"[!-~]{0,200}(?:%[0-9a-f]{2}){2}[!-~]*", re.IGNORECASE)
_NUMERAL = re.compile(
    r"[(第][一二三四五六七八九十百]{1,4}[)项条]?|[一二三四五六七八九十百]{1,4}[)、.]"
)
_WORDS = frozenset({"true", "false", "null", "(null)", "undefined", "nan", "\\n", "none", "nil",
                    "infinity", "-infinity"})  # fmt: skip
_PLACES = (
    r"(?:附件|附表|附录|附后|后|下|下表|上表|备注|清单|文件|原件|链接|网站|官网|网页|办事指南|服务指南|指南|说明|正文|公告|公示"
    r"|[省市县区]?政务服务(?:网|平台)|门户网站)"
)
_GUIDES = (
    r"(?:附件|附表|附录|办事指南|服务指南|指南|网站|官网|[省市县区]?政务服务(?:网|平台)|门户网站)"
)
_ELSEWHERE = re.compile(
    rf"[(]?(?:(?:具体|其他|内容|材料|情况|要求)*(?:详?请?(?:见|参见|参照|参阅)|另见|同){_PLACES}[0-9一二三四五六七八九十]{{0,3}}"
    rf"|(?:按照?|以){_GUIDES}[0-9一二三四五六七八九十]{{0,3}}(?:要求|规定|所列|内容)?(?:提[供交]|为准|执行|准备)"
    r"|(?:略|从略|暂略|待定|待补充?|待完善|待确认|待核实|另附|附后|tbd|tba|todo|seeattach(?:ed|ment)|see(?:annex|appendix|below))"
    r"[0-9]{0,2})[)]?[。.…]*"
)
_CREDIT = re.compile(r"[0-9A-Z]{18}")


def wide(text: str) -> str:
    """Return a text with full-width letters, digits and brackets as the usual ones."""
    return unicodedata.normalize("NFKC", text)


@functools.lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Return what names are compared by: no width, case, blanks or line breaks, no mark of duty."""
    return _MARKS.sub("", wide(text).casefold())


def tight(text: str) -> str:
    """Return what values are compared by: half width, no case, no blanks; every sign stays."""
    return "".join(half_width(text).casefold().split())


def worded(text: str) -> str:
    """Return what words are compared by: as values are, in simplified characters."""
    return simplified(tight(text))


def lines_of(text: str) -> list[str]:
    """Return the lines that say something, without the blanks around them."""
    return [line for one in text.split("\n") if (line := one.strip())]


def without_note(text: str) -> str:
    """Return a name without a note in brackets at its end, such as （必填）."""
    return _BRACKETS.sub("", wide(text).strip().rstrip("*").strip())


@functools.lru_cache(maxsize=8192)
def written_as(cell: str) -> tuple[str, ...]:
    """Return the plain words that a header cell may be: whole, without its note, end of its path.

    Each also in simplified characters, where it is written in others.
    """
    last = cell.replace(".", "/").rpartition("/")[2]
    found = (plain(cell), plain(without_note(cell)), plain(last))
    return tuple(dict.fromkeys((*found, *map(simplified, found))))


def is_reference(text: str) -> bool:
    """Whether a text only points to something and names nothing.

    A number, a day, a hash, an address, a path, a code, a spreadsheet's error, 见附件; a text without
    a single letter or ideograph too.
    """
    said = wide(text).strip()
    return bool(said) and (
        not any(one.isalpha() for one in said)
        or any(one.fullmatch(said) for one in _POINTERS)
        or _ADDRESS.match(said) is not None
        or said.casefold() in _WORDS
        or (_CREDIT.fullmatch(said) is not None and any(one.isdigit() for one in said))
        or points_elsewhere(said)
    )


_POINTERS = (_HEX, _ULID, _NUMBER, _MAIL, _PATH, _ERROR, _DAY, _ONLY_NUMBERS, _NUMERAL, _ENCODED)


def points_elsewhere(text: str) -> bool:
    """Whether a text only says that something stands elsewhere or comes later: 见附件, 略, 待定."""
    return len(text) <= _LONGEST_POINTER and _ELSEWHERE.fullmatch(worded(text)) is not None


_LONGEST_POINTER = 30


_BODY = (
    r"(?:局|委|厅|部|部门|署|院|会|处|所|站|队|馆|办|中心|政府|公司|银行|支行|学校|办公室|办事处)"
)
_BODIES = re.compile(rf"[^、;/|,，]{{1,40}}{_BODY}(?:[、;/|,，][^、;/|,，]{{1,40}}{_BODY})+")
_IN_BRACKETS = re.compile(r"\([^()]{0,60}\)")


_WHOLE_BODY = r"[^ ]{1,40}(?:局|委员会|厅|银行|政府|办公室)"
_JOINED_BODIES = re.compile(rf"{_WHOLE_BODY}(?:(?:以及|及|和|与|或者?|[+&→。∕]) ?{_WHOLE_BODY})+")
_AND_OTHERS = re.compile(
    rf".{{1,60}}{_BODY}等(?:[0-9一二三四五六七八九十]{{0,3}}[个家])?(?:有关|相关)?(?:部门|单位|机关|机构)?"
)
_BODIES_APART = re.compile(
    r"[^ ]{1,40}(?:局|委员会|厅|银行)(?: [^ ]{2,40}(?:(?<!分)局|委员会|厅|银行))+"
)
"""A body and a part of it, as 市公安局 东城分局, are one."""
_ANY_BODY = re.compile(
    r"各.*|.*县级以上.*|(?:有关|相关|其他|其它|多个?|所有|全部|相应|对应|业务|行业|职能|主管|行政|本级|同级|上级|下级"
    r"|[省市县区])*(?:部门|单位|机构|机关|科室|委办局)"
)


def is_any_body(name: str) -> bool:
    """Whether a name is a word for any body and names none, as 相关部门 and 各乡镇（街道）."""
    return len(name) <= _LONGEST_BODIES and _ANY_BODY.fullmatch(worded(name)) is not None


def is_several_bodies(name: str) -> bool:
    """Whether a name is those of several bodies: 水务局、财政局, 水务局和财政局, ①水务局②财政局, 水务局等."""
    if len(name) > _LONGEST_BODIES:
        return False
    if len(things_in(name)) > 1 or _AND_OTHERS.fullmatch(worded(name)):
        return True
    said = " ".join(_IN_BRACKETS.sub("", simplified(wide(name)).replace("\n", "、")).split())
    ways = (said.replace(" ", ""), _BODIES), (said, _JOINED_BODIES), (said, _BODIES_APART)
    return any(pattern.fullmatch(one) for one, pattern in ways)


_LONGEST_BODIES = 400
