"""Files that people attach: what is taken, what is refused and said, and that nothing else is lost."""

import re
from datetime import timedelta
from urllib.parse import unquote

import httpx
import pytest
from tests.builders import services as builders
from tests.builders.services import SUBSIDY
from tests.builders.services_web import City
from tests.modules.services.test_pages import applied, begun

from tongban.kit.clock import MovableClock
from tongban.modules.services import queries
from tongban.modules.services.actions import closing
from tongban.modules.services.model import Material
from tongban.modules.services.rules import uploads

PDF = b"%PDF-1.7 whatever"


def upload(
    city: City, path: str, content: bytes, name: str = "a.pdf", **typed: str
) -> httpx.Response:
    page = city.browser.get(path.replace("/files", "/correct"))
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    return city.browser.client.post(
        path,
        data={"csrf": token, "material": "photo", "upload": "photo", **typed},
        files={"file-photo": (name, content, "application/pdf")},
        follow_redirects=True,
    )


@pytest.fixture
def with_photo(city: City) -> City:
    photo = Material(code="photo", name="照片", required=False)
    newer = builders.definition(version=2, materials=(photo,))
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: newer}))
    return city


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "请选择要上传的文件"),
        (b"<html><script>", "只能上传"),
        (b"MZ\x90 a program called a.pdf", "只能上传"),
        (PDF + b"0" * uploads.LARGEST, "10 MB"),
    ],
)
def test_what_is_no_document_or_too_large_is_told_beside_its_field(
    with_photo: City, content: bytes, words: str
) -> None:
    answer = upload(with_photo, f"{begun(with_photo)}/materials", content)
    assert answer.status_code == 422
    assert 'href="#file-photo"' in answer.text
    assert words in answer.text


def test_a_file_beyond_all_measure_is_refused_in_words(with_photo: City) -> None:
    answer = upload(with_photo, f"{begun(with_photo)}/materials", PDF + b"0" * 129 * 1024 * 1024)
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_every_file_that_was_chosen_goes_along_with_whichever_button(city: City) -> None:
    papers = tuple(Material(code=code, name=code) for code in ("front", "back", "extra"))
    newer = builders.definition(version=2, materials=papers)
    city.db.write(lambda unit: builders.adopt(unit, {SUBSIDY: newer}))
    path = f"{begun(city)}/materials"

    def send(chosen: dict[str, bytes], **typed: str) -> httpx.Response:
        token = city.browser.get(path).text.split('name="csrf" value="')[1].split('"')[0]
        files = {f"file-{code}": (f"{code}.pdf", text) for code, text in chosen.items()}
        return city.browser.client.post(
            path, data={"csrf": token, **typed}, files=files, follow_redirects=True
        )

    both = send({"front": PDF, "back": PDF + b"."}, upload="front")
    assert all(f"{code}.pdf" in both.text for code in ("front", "back"))
    missing = send({"front": b"<html>"})
    assert missing.status_code == 422
    assert 'href="#file-front"' in missing.text
    assert "请上传这份材料" in missing.text
    assert not str(send({"extra": PDF}).url).endswith("/materials")


def test_a_document_is_taken_by_its_content_whatever_its_name(with_photo: City) -> None:
    answer = upload(with_photo, f"{begun(with_photo)}/materials", PDF, "../../结婚证.exe")
    assert answer.status_code == 200
    assert "结婚证.pdf" in answer.text
    assert ".exe" not in answer.text


def test_the_same_file_sent_twice_is_attached_once(with_photo: City) -> None:
    path = f"{begun(with_photo)}/materials"
    once, twice, another = (
        len(_named(upload(with_photo, path, content, "照片.pdf")))
        for content in (PDF, PDF, PDF + b".")
    )
    assert 0 < once == twice < another


def _named(answer: httpx.Response) -> list[str]:
    return re.findall(r"照片(?: \(\d+\))?\.pdf", answer.text)


def _leaves_as(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    return unquote(answer.headers["content-disposition"].rpartition("UTF-8''")[2])


def test_a_file_keeps_its_senders_name_and_two_equal_ones_are_told_apart(with_photo: City) -> None:
    base = begun(with_photo)
    sent = (
        ("租赁合同.pdf", PDF),
        ("租赁合同.pdf", PDF + b"."),
        ("扫描件.JPG", b"\x89PNG\r\n\x1a\n"),
        ("\u202efdp.exe", PDF + b".."),
    )
    for name, content in sent:
        upload(with_photo, f"{base}/materials", content, name)
    wanted = ["租赁合同.pdf", "租赁合同 (2).pdf", "扫描件.png", "fdp.pdf"]
    materials = with_photo.browser.get(f"{base}/materials").text
    assert all(name in materials for name in wanted)
    number = applied(with_photo, base=base)
    for browser_of, path in (
        (with_photo.as_wang, f"/my/cases/{number}"),
        (lambda: with_photo.as_staff("li.ping"), f"/work/cases/{number}"),
    ):
        browser = browser_of()
        page = browser.get(path).text
        links = re.findall(rf'href="({path}/files/[^"]+)">([^<]+)</a>', page)
        assert [name for _, name in links] == wanted
        assert [_leaves_as(browser.get(link)) for link, _ in links] == wanted
    with with_photo.db.read() as reader:
        found = queries.work_case(reader, builders.clerk(), number).loaded
    papers = [paper.name for paper in closing.papers(found)]
    assert papers == [f"申请/材料/{n:02d}-{name}" for n, name in enumerate(wanted, 1)]


def test_a_correction_wants_the_file_anew_and_takes_it_once(with_photo: City) -> None:
    base = begun(with_photo)
    upload(with_photo, f"{base}/materials", PDF, "照片.pdf")
    path = f"/my/cases/{corrected(with_photo, base)}/files"
    once, twice = (len(_named(upload(with_photo, path, PDF, "照片.pdf"))) for _ in "12")
    assert 0 < once == twice


def corrected(city: City, base: str = "") -> str:
    """A case that waits for a photograph and a telephone number; its resident sits at the browser."""
    number = applied(city, base=base)
    clerk = city.as_staff("li.ping")
    path = f"/work/cases/{number}/correction/accept"
    clerk.get(path)
    fields = {"item-material.photo": "yes", "text-material.photo": "看不清"}
    clerk.send(path, days="5", **fields, **{"item-form.phone": "yes", "text-form.phone": "少一位"})
    clock = city.db.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(minutes=1))
    city.as_wang()
    return number


def test_a_file_refused_in_a_correction_is_told_at_its_material_and_nothing_is_lost(
    with_photo: City,
) -> None:
    number = corrected(with_photo)
    typed = {"form.phone": "13911112222", "answer": "已重新拍照"}
    for path in ("files", "correct"):
        answer = upload(with_photo, f"/my/cases/{number}/{path}", b"<html>", **typed)
        assert answer.status_code == 422
        assert 'href="#material.photo"' in answer.text
        assert "只能上传" in answer.text
        assert "13911112222" in answer.text
        assert "已重新拍照" in answer.text


def test_uploading_in_a_correction_keeps_what_was_typed_beside_it(with_photo: City) -> None:
    number = corrected(with_photo)
    typed = {"form.phone": "13911112222", "answer": "已重新拍照"}
    answer = upload(with_photo, f"/my/cases/{number}/files", PDF, "新照片.pdf", **typed)
    assert answer.status_code in (200, 201)
    assert "新照片.pdf" in answer.text
    assert "13911112222" in answer.text
    sent = with_photo.browser.send(f"/my/cases/{number}/correct", **typed)
    assert "已收件，待受理" in sent.text


def test_a_file_chosen_but_not_uploaded_goes_with_the_correction(with_photo: City) -> None:
    number = corrected(with_photo)
    typed = {"form.phone": "13911112222", "answer": "附上照片"}
    sent = upload(with_photo, f"/my/cases/{number}/correct", PDF, "新照片.pdf", **typed)
    assert "已收件，待受理" in sent.text
    again = upload(with_photo, f"/my/cases/{number}/correct", PDF, "新照片.pdf", **typed)
    assert again.status_code == 200, "a second press of the same button"
    clerk = with_photo.as_staff("li.ping")
    assert "新照片.pdf" in clerk.get(f"/work/cases/{number}").text
