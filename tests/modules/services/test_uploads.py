"""Files that people attach: what is taken, what is refused and said, and that nothing else is lost."""

import httpx
import pytest
from tests.builders import services as builders
from tests.builders.services import SUBSIDY
from tests.builders.services_web import City
from tests.modules.services.test_pages import applied, begun

from tongban.modules.services.model import Material
from tongban.modules.services.rules import uploads

PDF = b"%PDF-1.7 whatever"


def upload(city: City, path: str, content: bytes, name: str = "a.pdf") -> httpx.Response:
    page = city.browser.get(path.replace("/files", "/correct"))
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    return city.browser.client.post(
        path,
        data={"csrf": token, "material": "photo"},
        files={"file": (name, content, "application/pdf")},
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
    answer = upload(with_photo, f"{begun(with_photo)}/materials", PDF + b"0" * 13 * 1024 * 1024)
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_a_document_is_taken_by_its_content_whatever_its_name(with_photo: City) -> None:
    answer = upload(with_photo, f"{begun(with_photo)}/materials", PDF, "../../结婚证.exe")
    assert answer.status_code == 200
    assert "结婚证.exe" in answer.text


def test_a_file_refused_in_a_correction_is_told_at_its_material(with_photo: City) -> None:
    number = applied(with_photo)
    clerk = with_photo.as_staff("li.ping")
    path = f"/work/cases/{number}/correction/accept"
    clerk.get(path)
    fields = {"item-material.photo": "yes", "text-material.photo": "看不清"}
    clerk.send(path, days="5", **fields)
    with_photo.as_wang()
    answer = upload(with_photo, f"/my/cases/{number}/files", b"<html>")
    assert answer.status_code == 422
    assert 'href="#material.photo"' in answer.text
    assert "只能上传" in answer.text
