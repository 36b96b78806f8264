"""The laws that a service rests on, taken out of a cell as listings write them.

``【法律】《甲法》（2018年修正）第七条；【行政法规】《乙条例》第二条：“…”`` is two laws: each title without
its category, and behind it number, amendment, articles and the quoted words as they stand. A law that
the quoted words of another mention is none of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tongban.app.instance.importing.findings import Doubt
from tongban.app.instance.importing.lists import BULLET, SIGNS, without_bullets
from tongban.app.instance.importing.nesting import depths
from tongban.app.instance.importing.normal import lines_of

_FIGURES = "0-9〇零一二两三四五六七八九十百千"
_NUMBERING = (
    r"(?:[（(]?[0-9]{1,2}[.、．)）](?![0-9])|[（(][一二三四五六七八九十]{1,3}[)）]"
    rf"|[一二三四五六七八九十]{{1,3}}[、.．]|[{SIGNS}]|[\[［【〔](?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})[\]］】〕]"
    r"|(?<![A-Za-z0-9])[A-Za-z][)）.．、](?![A-Za-z0-9])|依据[0-9一二三四五六七八九十]{1,3}[:：.、])"
)
_CATEGORIES = (
    r"(?:宪法|法律|国家法律|行政法规|地方性法规|地方法规|法规|部门规章|地方政府规章|政府规章|地方规章|规章|规范性文件|部门规范性文件"
    r"|国务院规范性文件|国务院文件|国务院决定|司法解释|党内法规|自治条例|单行条例|国际条约|标准|国家标准|政策文件|其他)"
)
_CATEGORY = re.compile(
    rf"【[^【】0-9《》\n]{{1,12}}】|[\[［〔〖(（]{_CATEGORIES}[\]］〕〗)）]|{_CATEGORIES}[:：]"
)
_HEADING = r"(?:(?:设定|法律|法定|实施|办理|主要)?依据(?:名称)?[:：])"
_LEAD_WORD = r"(?:根据|依据|按照|依照|参照|依)"
_TITLE = re.compile(r"《([^《》]+(?:《[^《》]*》[^《》]*)*)》")
_OPENING = re.compile(rf"(?:[\s、,，/.．+＋]|以及|及|和|与|{_NUMBERING}|[0-9]{{1,2}} ?(?=《))*")
_FIRST_OPENING = re.compile(
    rf"(?:[\s、,，;；。:：/.．]|{_HEADING}|{_CATEGORY.pattern}|{_NUMBERING}|{_LEAD_WORD}"
    r"|[0-9]{1,2} ?(?=《))*"
)
_ISSUER = re.compile(
    r"[\u4e00-\u9fff、 ]{1,40}?(?:院|部|委|会|局|厅|署|办|室|政府|银行|人大|党委|省|市|县|区|国)"
    r"(?:关于印发|印发|发布|颁布|制定的?|的)?(?=《)"
)
_NO_ISSUER = re.compile(r"(?:关于|修改|废止|违反|符合|依照|按照|根据)")
_TOKENS = re.compile(
    rf"[（(](?:[^（()）]|[（(][^（()）]{{0,60}}[)）]){{1,200}}[)）]"
    rf"|[〔\[［][^〔〕\[\]［］\n]{{1,60}}[〕\]］]"
    rf"|第\s*[{_FIGURES}]{{1,8}}\s*(?:条|款|项|目|章|节|编|部分|号令?|类|段|点)?(?:之[{_FIGURES}]{{1,3}})?"
    rf"|第[（(][{_FIGURES}]{{1,4}}[)）]\s*(?:项|目|款|点)?"
    rf"|[、,，和及与至到~—-]\s*[（(]?[{_FIGURES}]{{1,5}}[)）]?(?=\s*(?:[、,，和及与至到]|条|款|项|目))"
    rf"(?![、,，]\s*《)(?:条|款|项|目)?"
    rf"|附(?:件|表|录|则|图)?\s*[{_FIGURES}]{{0,3}}(?![\u4e00-\u9fff])"
    rf"|序号\s*[0-9]{{1,4}}|[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{1,4}}"
    rf"|[\u4e00-\u9fff]{{1,20}}[〔\[(（【［][0-9]{{4}}[〕\])）】］]\s*第?[0-9]{{1,5}}\s*号"
    rf"|[\u4e00-\u9fff]{{1,30}}?令\s*(?:[（(][0-9]{{4}}[)）])?第?[{_FIGURES}]{{1,6}}\s*号"
    rf"|[0-9]{{4}}\s*年(?:[0-9]{{1,2}}月)?(?:[0-9]{{1,2}}日)?(?:第[{_FIGURES}]{{1,3}}次)?"
    r"(?:起?施行|修正|修订|修改|公布|发布|通过|制定)?(?:案|版|本)?"
    r"|的?(?:相关|有关)?(?:规定|条款|要求)(?=[、,，；;。\s《]|$)"
    r"|[A-Za-z]{1,12}\.?\s?[0-9]{0,6}(?:\([0-9a-z]{1,4}\))?"
)
"""What tells of a law its number, its amendment or an article."""
_SEPARATOR = re.compile(r"(?:[\s、,，+＋]|以及|及|和|与|并)+")
_AFTER = re.compile(r"$|[\s、,，;；。:：/《“\"]|以及|及|和|与|或")
"""What may stand behind a title that is cited, and not behind one that a sentence only mentions."""
_BOUNDARY = re.compile(
    rf"[\n；;。]|[ \t\u00a0\u3000]{{2,}}|{_CATEGORY.pattern}|(?<=[\s）)条款项]){_NUMBERING}(?=\s*《)"
    rf"|[{SIGNS}](?=\s*《)"
    r"|[”\x22』」](?=\s*《)"
)
_LAWLIKE = re.compile(
    r"(?:法|条例|办法|规定|细则|规则|决定|决议|通知|意见|规范|标准|章程|目录|清单|方案|准则|公告|批复|解释|指南|纲要|规程|命令|函"
    r"|公约|协定|议定书)(?:[（(][^（()）]{1,60}[)）])?$"
    r"|[〔\[(（【［][0-9]{4}[〕\])）】］]\s*第?[0-9]{1,5}\s*号$|令\s*第?[0-9]{1,5}\s*号$"
)
_ARTICLE = re.compile(rf"第\s*[{_FIGURES}]{{1,8}}\s*条(?!例)")
_OF_ANOTHER = ("其", "该", "本", "同")
"""Words by which a name means a law that stands elsewhere."""
_LAW_NAME = r"(?:法|条例|办法|规定|细则|规则)"
_PLAIN_CITED = re.compile(
    rf"((?![其该本同])(?!违反|依照|按照|根据|符合)[\u4e00-\u9fff]{{1,40}}?{_LAW_NAME})第\s*[{_FIGURES}]{{1,8}}\s*条"
)
_LISTED_LAWS = re.compile(r"[、，,]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_NOTHING = re.compile(r"(?:无|暂无|没有|不涉及|/|-|—)?")
_MARKS = ";；,，、。:： \t\r\n\f\v\u00a0\u3000"
_CLOSING = '”"』」'
_PAIRED = "【[［〔〖（(" + _CLOSING
"""Signs of a boundary that are half of a pair, and not only inside of one."""
_LONGEST_PLAIN = 500
"""Characters of a text without 《》 in which articles are looked for."""


@dataclass(slots=True)
class _Cited:
    """A law: its title, who issued it, and where what belongs to it begins and ends."""

    title: str
    issuer: str
    start: int
    end: int


@dataclass(slots=True)
class _Piece:
    """A statement that cites no 《title》."""

    start: int
    end: int
    certain: bool
    """Whether a category in front says that it is a law."""


@dataclass(slots=True)
class Bases:
    """The laws of a cell, and what of it was not understood."""

    laws: list[dict[str, str]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def bases_of(cell: str) -> Bases:
    """Return the laws of a cell in order, each with title and, as they stand, the words behind it.

    Words that name no law are a title as they stand, and a doubt; beside laws they are only a doubt.
    An article of no law is a doubt too. The time is in proportion to the cell.
    """
    if not any(map(str.isalnum, cell)):
        nothing = _NOTHING.fullmatch(cell.strip())
        return Bases([], [] if nothing else [Doubt("basis_left_out", {"value": _clean(cell)})])
    return _Cell(without_bullets(cell.replace("\r\n", "\n"))).read()


class _Cell:
    """A cell under way: its statements become laws, or go on with what was said of the one before."""

    def __init__(self, text: str) -> None:
        self._text, self._held = text, depths(text)
        self._found: list[_Cited | _Piece] = []
        self._bases, self._cited = Bases(), False

    def read(self) -> Bases:
        for start, end, category in self._statements():
            if self._cites(start, end):
                continue
            last = self._found[-1] if self._found else None
            if isinstance(last, _Cited) and not category:
                last.end = end
            elif self._text[start:end].strip(_MARKS):
                self._found += self._parted(_Piece(start, end, category))
        self._finish()
        return self._bases

    def _statements(self) -> Iterator[tuple[int, int, bool]]:
        """Yield where each statement begins and ends, and whether a category stands in front."""
        start, category = 0, False
        for one in _BOUNDARY.finditer(self._text):
            sign, marks = one[0][0], _CATEGORY.fullmatch(one[0]) is not None
            if self._held[one.start()] != (1 if sign in _PAIRED else 0):
                continue
            if marks and sign != "【" and self._text[start : one.start()].strip(_MARKS):
                continue  # a word in round brackets, or before a colon, in the middle of a sentence
            quoted = sign in _CLOSING
            yield start, one.end() if quoted else one.start(), category
            start, category = (one.end() if marks or quoted else one.start()), marks
        yield start, len(self._text), category

    def _parted(self, piece: _Piece) -> list[_Piece]:
        """Return the laws of a statement without 《》, parted behind the articles of each.

        One piece where a part names no law of its own, as 其实施条例.
        """
        if piece.end - piece.start > _LONGEST_PLAIN:
            return [piece]
        starts, ends, at = [piece.start], [], piece.start
        for one in re.finditer("第", self._text[piece.start : piece.end]):
            place = piece.start + one.start()
            if place < at or self._held[place]:
                continue
            at = self._behind(place, piece.end)
            between = _SEPARATOR.match(self._text, at, piece.end)
            begins = between.end() if between else at
            if at > place and self._text[begins : piece.end].strip(_MARKS):
                starts.append(begins)
                ends.append(at)
        places = zip(starts, [*ends, piece.end], strict=True)
        parts = [_Piece(*one, piece.certain) for one in places]
        own = all(self._is_law(one) and self._names_itself(one) for one in parts)
        return parts if own else [piece]

    def _names_itself(self, piece: _Piece) -> bool:
        """Whether a law has a name of its own, and nothing else stands in front of it."""
        title = self._split(piece)[0]
        return not title.startswith(_OF_ANOTHER) and _LISTED_LAWS.search(title) is None

    def _cites(self, start: int, end: int) -> bool:
        """Take the laws with which a statement begins; whether there are any."""
        first, opening = not self._cited, (_OPENING if self._cited else _FIRST_OPENING)
        skipped = opening.match(self._text, self._skip(start, end), end)
        at = skipped.end() if skipped else start
        found = self._title(at, end, sure=first)
        if found is None:
            return False
        while found is not None:
            issuer, title = found
            at = self._behind(title.end(), end)
            self._cited = True
            self._found.append(_Cited(_joined(title[1]), issuer, title.end(), end))
            skipped = _OPENING.match(self._text, at, end)
            found = self._title(skipped.end() if skipped else at, end, sure=False)
            if found is not None:
                self._found[-1].end = at
        self._say_of_others(at, end)
        return True

    def _skip(self, start: int, end: int) -> int:
        """Return where the words of a statement begin: behind the mark that ended the one before."""
        while start < end and self._text[start] in _MARKS + _CLOSING:
            start += 1
        return start

    def _title(self, at: int, end: int, *, sure: bool) -> tuple[str, re.Match[str]] | None:
        """Return who issued a law and its title where it is cited at a place."""
        issuer = _ISSUER.match(self._text, at, min(end + 1, at + 60))
        if issuer is not None and _NO_ISSUER.search(issuer[0].removesuffix("关于印发")):
            return None
        title = _TITLE.match(self._text, issuer.end() if issuer else at, end)
        if title is None or self._held[title.start()] != 1:
            return None
        behind = title.end()
        cited = _AFTER.match(self._text[behind : behind + 2]) if behind < end else True
        if not (cited or (sure and issuer is None) or _TOKENS.match(self._text, behind, end)):
            return None
        return (issuer[0].strip("、 ").removesuffix("的") if issuer else ""), title

    def _behind(self, at: int, end: int) -> int:
        """Return where number, amendment and articles of a law end."""
        while True:
            token = _TOKENS.match(self._text, at, end)
            if token is None or token.end() == at:
                between = _SEPARATOR.match(self._text, at, end)
                token = between and _TOKENS.match(self._text, between.end(), end)
            if token is None or token.end() == at:
                return at
            at = token.end()

    def _say_of_others(self, at: int, end: int) -> None:
        """Say which law with an article stays within the words of another, outside of quotes."""
        for title in _TITLE.finditer(self._text, at, end):
            if self._held[title.start()] == 1 and re.match(
                r"第[^号]{1,8}条", self._text[title.end() : end][:10]
            ):
                self._doubt("basis_in_text", title[0])
                return
        separator = _SEPARATOR.match(self._text, at, end)
        plain = separator and _PLAIN_CITED.match(self._text, separator.end(), end)
        if plain:
            self._doubt("basis_in_text", plain[1])

    # What became of it --------------------------------------------------------------------------

    def _finish(self) -> None:
        pieces = [one for one in self._found if isinstance(one, _Piece)]
        alone = not self._cited and not all(self._is_law(one) for one in pieces)
        if alone and not any(one.certain for one in pieces):
            self._take_whole(pieces)
            return
        for one in self._found:
            if isinstance(one, _Cited):
                self._add(one.title, _clean(self._text[one.start : one.end]), one.issuer)
            else:
                self._take(one)

    def _take_whole(self, pieces: list[_Piece]) -> None:
        """Take a cell that names no law as it stands, without the articles of no law in it."""
        if all(self._article_only(one) for one in pieces):
            self._doubt("basis_without_law", _clean(self._text))
            return
        self._doubt("basis_unclear", _clean(self._text))
        self._add(_clean(self._text), "", "")

    def _take(self, piece: _Piece) -> None:
        title, article = self._split(piece)
        if self._article_only(piece):
            self._doubt("basis_without_law", article)
        elif self._is_law(piece):
            self._add(title, article, "")
        elif piece.certain:
            self._doubt("basis_unclear", title)
            self._add(title, article, "")
        elif not _NOTHING.fullmatch(title):
            self._doubt("basis_left_out", f"{title} {article}".strip())

    def _add(self, title: str, article: str, issuer: str) -> None:
        if _NOTHING.fullmatch(title):
            return
        unclear = Doubt("basis_unclear", {"value": title})
        if BULLET.search(title) and unclear not in self._bases.doubts:
            self._bases.doubts.append(unclear)
        article = f"（{issuer}）{article}" if issuer else article
        self._bases.laws.append({"title": title} | ({"article": article} if article else {}))

    def _doubt(self, code: str, value: str) -> None:
        self._bases.doubts.append(Doubt(code, {"value": value}))

    def _article_only(self, piece: _Piece) -> bool:
        return not self._split(piece)[0]

    def _is_law(self, piece: _Piece) -> bool:
        title = self._split(piece)[0]
        if _ARTICLE.search(title) or _several_laws(title):
            return False
        named = _IDEOGRAPH.search(title) is None or _LAWLIKE.search(title) is not None
        whole = title.count("《") == title.count("》")
        return bool(title) and (named or _NOTHING.fullmatch(title) is not None) and whole

    def _split(self, piece: _Piece) -> tuple[str, str]:
        """Return title and articles of a statement without 《》; the articles of several are no one's."""
        opened = _FIRST_OPENING.match(self._text, piece.start, piece.end)
        start = opened.end() if opened else piece.start
        said = self._text[start : piece.end]
        if len(said) <= _LONGEST_PLAIN and _IDEOGRAPH.search(said):
            for one in re.finditer(r"第|[（(]", said):
                end = self._behind(start + one.start(), piece.end)
                title = said[: one.start()]
                if _ARTICLE.search(title):
                    break
                if not self._text[end : piece.end].strip(_MARKS) and end > start + one.start():
                    return _clean(title), _clean(said[one.start() :])
        return _clean(said), ""


def _several_laws(title: str) -> bool:
    """Whether a title without articles is those of several laws: 水法、防洪法."""
    parts = [one.strip() for one in _LISTED_LAWS.split(title)]
    return len(parts) > 1 and "《" not in title and all(map(_LAWLIKE.search, parts))


def _joined(title: str) -> str:
    """Return a title on one line; a line break in it is only the width of a cell."""
    return "".join(lines_of(title)).strip()


def _clean(text: str) -> str:
    return re.sub(r"[ \t\r\f\v\u00a0\u3000]+", " ", " ".join(lines_of(text))).strip(_MARKS)
