"""Chinese inside an English page says so, and nothing else changes."""

import pytest

from tongban.kit.languages import with_chinese_marked

MARK = '<span lang="zh-Hans">'


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("<p>Nothing here.</p>", "<p>Nothing here.</p>"),
        ("<p>Name: 林晓雯, resident</p>", f"<p>Name: {MARK}林晓雯</span>, resident</p>"),
        ("<li>《就业促进法》第五十二条</li>", f"<li>{MARK}《就业促进法》第五十二条</span></li>"),
        ("<p>发改高技〔2017〕1272号</p>", f"<p>{MARK}发改高技〔2017〕1272号</span></p>"),
        ("<p>工作日9:00至17:00</p>", f"<p>{MARK}工作日9:00至</span>17:00</p>"),
        ('<a lang="zh-Hans" href="/">中文</a>', '<a lang="zh-Hans" href="/">中文</a>'),
        (
            '<div lang="zh"><div>一</div>二</div>三',
            f'<div lang="zh"><div>一</div>二</div>{MARK}三</span>',
        ),
        ("<title>林</title><p>林</p>", f"<title>林</title><p>{MARK}林</span></p>"),
        ("<script>'林'</script>", "<script>'林'</script>"),
        ('<option value="1">林</option>', '<option lang="zh-Hans" value="1">林</option>'),
        ("<option>One</option>", "<option>One</option>"),
        ('<input value="林">', '<input lang="zh-Hans" value="林">'),
        ("<textarea>林</textarea>", '<textarea lang="zh-Hans">林</textarea>'),
        ("<!-- 林 --><br>林", f"<!-- 林 --><br>{MARK}林</span>"),
        ('<html lang="en"><p>林</p>', f'<html lang="en"><p>{MARK}林</span></p>'),
    ],
)
def test_chinese_is_marked_where_it_stands(page: str, marked: str) -> None:
    assert with_chinese_marked(page) == marked


def test_a_mark_of_chinese_between_english_words_is_left_to_be_found() -> None:
    assert with_chinese_marked("<p>One、two 林</p>") == f"<p>One、two {MARK}林</span></p>"
