"""What a government's documents should be able to hold, and how much of it the typefaces here hold.

Han: the unified ideographs that GB 18030-2022 encodes, which are those of the Unicode blocks below (its
extensions reach to F). Scripts: those that identity cards and certificates of China's autonomous areas carry
beside Chinese, and those of further national scripts that Unicode and GB 18030 encode.
"""

from collections.abc import Mapping, Sequence

import msgspec

from tongban.modules.certificates.formats.typefaces import Typeface, lacking

HAN: Mapping[str, tuple[int, int]] = {
    "URO": (0x4E00, 0x9FEF),
    "A": (0x3400, 0x4DB5),
    "B": (0x20000, 0x2A6D6),
    "C": (0x2A700, 0x2B734),
    "D": (0x2B740, 0x2B81D),
    "E": (0x2B820, 0x2CEA1),
    "F": (0x2CEB0, 0x2EBE0),
}
"""First and last of each block as of Unicode 11, on which GB 18030-2022 rests: 87,875 characters."""

SCRIPTS: Mapping[str, str] = {
    "korean": "가각힣김",
    "tibetan": "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨིེོུ་།",
    "mongolian": "ᠠᠡᠢᠣᠤᠥᠦᠧᠨᠩᠪᠫᠬᠭᠮᠯᠰᠱᠲᠳᠴᠵᠶᠷᠸ",
    "uyghur": "ئابپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيە",
    "kazakh": "ءابپتجچحدرزسشعفقكگڭلمنهوۇۆۋىيە",
    "zhuang": "abcdefghijklmnopqrstuvwxyzƃƌƽƅŋɵɯ",
    "yi": "ꀀꆈꌠꁱꂷꒌ",
    "tai_le": "ᥐᥑᥒᥓᥔᥕᥖᥗᥘᥙᥚᥛᥜᥝᥞᥟᥣᥭᥰᥱᥲᥳᥴ",
    "new_tai_lue": "ᦀᦁᦂᦃᦄᦅᦆᦇᦰᦱᦲᦳᦴᦵᧀᧈᧉ",
    "lisu": "ꓐꓑꓒꓓꓔꓕꓖꓗꓘꓙꓚꓛꓜꓝꓞꓟꓠꓡꓢꓣꓤꓥꓦꓧꓨꓩꓪꓫꓬꓭꓮꓯꓰꓱꓲꓳꓴꓵꓶꓷꓸꓹꓺꓻꓼꓽ",
    "thai": "กขคงจฉชซญดตถทธนบปผฝพฟมยรลวสหอฮะาิีึืุูเแโใไ่้์",
    "latin": "łŁđĐøØšžčćęąőűğşțășỹảẩ",
}
"""Letters by which a script counts as held."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what documents should hold can be set here."""

    han: int
    of: int
    blocks: Mapping[str, tuple[int, int]]
    """By block: how many of its characters are held, and how many it has."""
    scripts_lacking: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing lacks."""
        return self.han == self.of and not self.scripts_lacking


def held(typefaces: Sequence[Typeface]) -> Held:
    """Count what the typefaces hold together."""
    blocks = {}
    for name, (first, last) in HAN.items():
        every = "".join(map(chr, range(first, last + 1)))
        blocks[name] = (len(every) - len(lacking(every, typefaces)), len(every))
    return Held(
        han=sum(has for has, _ in blocks.values()),
        of=sum(size for _, size in blocks.values()),
        blocks=blocks,
        scripts_lacking=tuple(
            name for name, letters in SCRIPTS.items() if lacking(letters, typefaces)
        ),
    )
