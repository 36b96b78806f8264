"""A name is a right: what certificates can show, and that what they cannot is named and never a box."""

import datetime as dt
import gc
import io
import os
import tempfile
import unicodedata
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.builders import typefaces as fonts
from tests.builders.certificates import TYPEFACES
from tests.builders.typefaces import PACKAGED, spoken

from tongban.kernel.errors import Refusal
from tongban.kernel.realms import Realm
from tongban.kernel.subjects import SubjectKind
from tongban.modules.certificates.adapters import typefaces as adapter
from tongban.modules.certificates.adapters.typefaces import KNOWN, FoundTypefaces
from tongban.modules.certificates.formats import document, repertoire, typefaces
from tongban.modules.certificates.formats.typefaces import Coverage
from tongban.modules.certificates.model import Certificate, Line, State

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
AROUND = document.Around(
    government="云溪市", issuer="人社局", address="http://127.0.0.1", realm=Realm.REAL
)
RARE = "云汀市城关街道𠮷祥早餐店"

IN_PACKAGES = {
    "korean": "김철수",
    "old korean": "ᄒᆞᆫ글",
    "tibetan": "བསྟན་འཛིན་རྡོ་རྗེ",
    "mongolian": "ᠪᠠᠲᠤᠪᠠᠶᠠᠷ",
    "mongolian with selectors": "ᠨᠠ᠋ᠷᠠᠨ ᠴᠡᠴᠡᠭ᠌",
    "thai": "สมชาย น้ำใจ",
    "tai le": "ᥖᥭᥰ ᥘᥫᥴ",
    "new tai lue": "ᦅᦳᧄᦺᦑᦟᦹᧉ",
    "zhuang": "Vahcuengh Ƅouj ŋ ɵ ɯ ƽ ƨ",
    "polish": "Łucja Wałęsa-Żółć",
    "vietnamese": "Nguyễn Thị Hằng",
    "kyrgyz and yakut": "Өмүрбек Ҥөҥ Ԯ",
    "simplified from extension A": "㑇㑊䶮",
    "ideographic variation": "葛\U000e0100城",
}
RIGHT_TO_LEFT = {
    "uyghur": "ئابدۇرېھىم ئەخمەت",
    "uyghur place": "شىنجاڭ ئۇيغۇر ئاپتونوم رايونى",
    "kazakh": "قازاق تىلى",
    "kyrgyz": "قىرعىز",
}
ON_THE_MACHINE = {
    "extension B": "𠮷𪚥𣎴",
    "extension C": "𪜀𫜴",
    "extension D": "𫝀𫠝",
    "extension E": "𫠠𬺡",
    "extension F": "𬺰𮯠",
    "yi": "ꆈꌠꁱꂷ",
    "lisu": "ꓡꓲꓢꓴ",
    "old tai lue": "ᨲᩱ᩠ᨿ",
}
needs_machine = pytest.mark.skipif(
    not {"Noto Sans Yi", "HanaMinB"} <= {one.family for one in TYPEFACES.all()},
    reason="fonts-hanazono and fonts-noto-core are not installed",
)


def certificate(name: str) -> Certificate:
    """A certificate with a name on it and in its sentence."""
    return Certificate(
        id="c",
        number="n",
        type="t",
        type_version=1,
        name="居民证明",
        category="approval",
        body="兹证明{name}。",
        basis="",
        issuer="hr",
        holder_kind=SubjectKind.PERSON,
        holder_index="",
        holder_name=name,
        lines=(Line(code="name", name="姓名", type="text", value=name),),
        case_number="1",
        issued_at=NOW,
        issued_on=NOW.date(),
        valid_until=None,
        state=State.PENDING_SEAL,
        code="A" * 26,
        status_list=1,
        status_index=1,
    )


def rendered(name: str, faces: FoundTypefaces = PACKAGED) -> bytes:
    return document.render(certificate(name), AROUND, faces)


def visible(text: str) -> str:
    """What of a text must come back: in its normal form, without spaces, which layout may eat."""
    return "".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize("name", IN_PACKAGES.values(), ids=IN_PACKAGES)
def test_scripts_of_china_and_its_neighbours_are_set_on_every_machine(name: str) -> None:
    assert PACKAGED.lacking(name) == ()
    assert visible(name) in visible(spoken(rendered(name)))


@pytest.mark.parametrize("name", RIGHT_TO_LEFT.values(), ids=RIGHT_TO_LEFT)
def test_what_runs_from_right_to_left_keeps_every_letter_once(name: str) -> None:
    """It is drawn from its last letter on; letters that are drawn in one stay together."""
    assert PACKAGED.lacking(name) == ()
    told = visible(spoken(rendered(name)))
    for word in name.split():
        assert sorted(word) == sorted(told[told.index(word[-1]) :][: len(word)]) or any(
            told[at : at + len(word)] == word[::-1] for at in range(len(told))
        )
    letters = [each for each in told if unicodedata.bidirectional(each) == "AL"]
    assert sorted(letters) == sorted(2 * visible(name)), "once in the sentence, once in the line"


@needs_machine
@pytest.mark.parametrize("name", ON_THE_MACHINE.values(), ids=ON_THE_MACHINE)
def test_rare_characters_are_set_where_debians_fonts_are(name: str) -> None:
    assert PACKAGED.lacking(name) != ()
    assert visible(name) in visible(spoken(rendered(name, TYPEFACES)))


@needs_machine
def test_debians_fonts_make_the_han_characters_of_the_standard_whole() -> None:
    held = repertoire.held(TYPEFACES.all())
    assert (held.han, held.of) == (87_875, 87_875)
    assert held.scripts_lacking == ()


def test_packages_alone_hold_what_is_in_use_and_the_figures_say_what_lacks() -> None:
    held = repertoire.held(PACKAGED.all())
    assert (held.han, held.of) == (27_785, 87_875)
    assert held.blocks["URO"] == (20_976, 20_976)
    assert held.blocks["A"] == (6_582, 6_582)
    assert held.blocks["B"] == (65, 42_711)
    assert held.scripts_lacking == ("yi", "lisu")
    assert not held.whole


def test_what_packages_hold_is_the_same_bytes_with_and_without_the_machines_fonts() -> None:
    assert rendered("王小敏 Łucja") == rendered("王小敏 Łucja", TYPEFACES)


def test_a_character_that_no_font_holds_is_named_and_no_document_is_made() -> None:
    assert PACKAGED.lacking(RARE) == ("𠮷",)
    with pytest.raises(Refusal) as refused:
        rendered(RARE)
    assert refused.value.code == "certificates.characters_not_set"
    assert refused.value.data == {"characters": dict.fromkeys(("zh", "en"), "U+20BB7 𠮷")}


def test_a_compatibility_ideograph_is_asked_for_as_it_is_written() -> None:
    """NFC would make another character of it, which is held: the name would be set with a gap."""
    written = [chr(code) for code in range(0xF900, 0xFAFF)]
    unheld = [each for each in written if not any(each in one.coverage for one in PACKAGED.all())]
    named = [each for each in unheld if unicodedata.category(each) != "Cn"]
    assert "\uf95f" in named
    assert set(PACKAGED.lacking("".join(named))) == set(named)
    with pytest.raises(Refusal) as refused:
        rendered("\uf95f小明")
    assert refused.value.data == {"characters": dict.fromkeys(("zh", "en"), "U+F95F \uf95f")}


def test_a_typeface_that_holds_a_compatibility_ideograph_is_taken_for_it(tmp_path: Path) -> None:
    fonts.make(tmp_path / "small.ttf", "\uf95f", "Small")
    faces = FoundTypefaces(tmp_path, machine=())
    assert faces.lacking("\uf95f小明") == ()
    assert faces.chosen("\uf95f小明").families == ("Small",)


def test_only_so_many_files_of_a_declared_folder_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_MOST", 1)
    for number in range(100):
        (tmp_path / f"{number:03d}.txt").touch()
    (tmp_path / "zz").mkdir()
    fonts.make(tmp_path / "zz" / "small.ttf", "\uf95f", "Small")
    assert FoundTypefaces(tmp_path, machine=()).lacking("\uf95f") == ("\uf95f",)


def test_a_pipe_in_a_declared_folder_takes_no_typefaces_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_MOST", 1)
    os.mkfifo(tmp_path / "010.ttf")
    fonts.make(tmp_path / "small.ttf", "\uf95f", "Small")
    assert FoundTypefaces(tmp_path, machine=()).lacking("\uf95f") == ()


def test_whoever_asks_what_is_lacking_does_not_wait_for_fonts_being_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces = FoundTypefaces(machine=())
    faces.all()
    asked: list[tuple[str, ...]] = []
    load = adapter._fonts

    def slowly(folder: Path) -> Any:
        other = Thread(target=lambda: asked.append(faces.lacking(RARE)), daemon=True)
        other.start()
        other.join(10)
        assert asked == [("𠮷",)], "nobody waits"
        return load(folder)

    monkeypatch.setattr(adapter, "_fonts", slowly)
    assert faces.chosen("王").families == ()


def test_only_so_many_combinations_of_fonts_stay_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_MOST_LOADED", 2)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    faces = FoundTypefaces(machine=())
    texts = ("王", "김", "สมชาย", "བསྟན")
    first = faces.chosen(texts[0])
    for text in texts:
        faces.chosen(text)
    gc.collect()
    assert len(list(tmp_path.glob("tongban-fonts-*"))) == 3, "two, and the one still in use"
    assert first.families == ()


def test_a_font_of_the_declared_folder_is_enough(tmp_path: Path) -> None:
    fonts.make(tmp_path / "sub" / "small.ttf", "𠮷")
    faces = FoundTypefaces(tmp_path, machine=())
    assert faces.lacking(RARE) == ()
    made = rendered(RARE, faces)
    assert RARE in spoken(made)
    assert b"/GTS_PDFA1" in made, "still PDF/A"


def test_a_declared_font_comes_before_the_machines_and_packages_before_both(tmp_path: Path) -> None:
    fonts.make(tmp_path / "mine" / "a.ttf", "𠮷王", "Mine")
    fonts.make(tmp_path / "machine" / KNOWN[-1], "𠮷", "Machine")
    fonts.make(tmp_path / "machine" / "SomeHandwriting.ttf", "𪚥", "Handwriting")
    faces = FoundTypefaces(tmp_path / "mine", machine=(tmp_path / "machine",))
    assert faces.chosen(RARE).families == ("Mine",)
    assert faces.chosen("王").families == ()
    assert faces.lacking("𪚥") == ("𪚥",), "only known fonts are taken from the machine"


class Trusting(FoundTypefaces):
    """Believes that it holds everything, as a font does whose map says more than it can draw."""

    def lacking(self, text: str) -> tuple[str, ...]:
        return ()


def test_what_cannot_be_drawn_after_all_is_found_out_while_it_is_made() -> None:
    with pytest.raises(Refusal) as refused:
        rendered(RARE, Trusting(machine=()))
    assert refused.value.data == {"characters": dict.fromkeys(("zh", "en"), "U+20BB7 𠮷")}


def test_a_font_that_claims_a_character_and_has_no_shape_for_it_does_not_count(
    tmp_path: Path,
) -> None:
    fonts.make(tmp_path / "liar.ttf", "𠮷", empty=True)
    assert FoundTypefaces(tmp_path, machine=()).lacking(RARE) == ("𠮷",)


def test_a_damaged_font_keeps_no_other_from_being_used(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 nothing")
    (tmp_path / "text.otf").write_text("not a font")
    fonts.make(tmp_path / "small.ttf", "𠮷")
    assert FoundTypefaces(tmp_path, machine=()).lacking(RARE) == ()


def test_a_folder_that_is_not_there_is_as_good_as_none(tmp_path: Path) -> None:
    assert FoundTypefaces(tmp_path / "nowhere", machine=(tmp_path / "no",)).lacking("王") == ()


def test_a_letter_with_a_mark_is_set_whole_and_not_pieced_together() -> None:
    """Ż is one glyph of one font: nothing stands for it that is a Z and a dot."""
    made = rendered("Żółć")
    assert PACKAGED.chosen("Żółć").composed == {
        "Ż": "Noto Serif Latin Extended",
        "ć": "Noto Serif Latin Extended",
    }
    (page,) = PdfReader(io.BytesIO(made)).pages
    content = page.get_contents()
    assert content is not None
    assert b"ActualText" not in content.get_data(), "as many glyphs as letters"
    assert "Żółć" in spoken(made)


def test_a_seal_shows_a_departments_rare_name_too(tmp_path: Path) -> None:
    fonts.make(tmp_path / "small.ttf", "𠮷")
    faces = FoundTypefaces(tmp_path, machine=())
    seal = document.render_seal("𠮷林街道办事处", NOW, Realm.REAL, faces)
    assert "𠮷" in spoken(seal)
    with pytest.raises(Refusal, match="characters_not_set"):
        document.render_seal("𠮷林街道办事处", NOW, Realm.REAL, PACKAGED)


def test_mongolian_is_set_in_lines_as_the_guide_says() -> None:
    """Typst has no vertical writing: a name stays on one line of the page."""
    name = IN_PACKAGES["mongolian"]
    places: list[float] = []

    def look(text: str, _cm: object, tm: list[float], *_rest: object) -> None:
        if any(each in text for each in name):
            places.append(round(tm[5]))

    PdfReader(io.BytesIO(rendered(name))).pages[0].extract_text(visitor_text=look)
    assert len(set(places)) <= 2, "one line in the sentence, one in the table"


@given(st.sets(st.integers(1, 0x2FFFF).filter(lambda code: not 0xD800 <= code <= 0xDFFF)))
def test_a_coverage_holds_exactly_its_code_points(codes: set[int]) -> None:
    coverage = Coverage(codes)
    assert len(coverage) == len(codes)
    near = {code + step for code in codes for step in (-1, 0, 1)} | {1, 0x2FFFF}
    for code in near:
        if not 0xD800 <= code <= 0xDFFF and code >= 0:
            assert (chr(code) in coverage) == (code in codes)


def test_what_leaves_no_mark_is_never_lacking() -> None:
    text = "\u200b\u200c\u200d\ufe0f\U000e0101\u180b\r\n"
    assert typefaces.lacking(text, ()) == ()
    assert typefaces.lacking("e\u0301", PACKAGED.all()) == (), "é is one letter"


def test_a_certificate_of_another_language_names_each_character_once() -> None:
    with pytest.raises(Refusal) as refused:
        rendered("𠮷𠮷𪚥")
    assert refused.value.data["characters"] == {
        "zh": "U+20BB7 𠮷、U+2A6A5 𪚥",
        "en": "U+20BB7 𠮷, U+2A6A5 𪚥",
    }


def test_the_value_of_a_line_is_what_is_looked_at_whatever_its_type() -> None:
    line = msgspec.structs.replace(certificate("王").lines[0], label={"zh": "𠮷"})
    changed = msgspec.structs.replace(certificate("王"), lines=(line,))
    with pytest.raises(Refusal, match="characters_not_set"):
        document.render(changed, AROUND, PACKAGED)
