"""Dates as people write them: read where there is one meaning, refused with the reason otherwise."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.text import LANGUAGES
from tongban.kernel.written_dates import DateFault, NotADate, read_date, read_iso_date
from tongban.kit.i18n import catalogue


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026/1/31",
        "2026.1.31",
        "2026年1月31日",
        "2026 年 1 月 31 日",
        "２０２６－０１－３１",
        "20260131",
        "\ufeff2026-01-31\u200b",
        " 2026年01月31号\n",
        "2026年1月31",
        "2026 1 31",
        "31 January 2026",
        "31 jan 2026",
        "31st of January, 2026",
        "31-Jan-2026",
        "January 31, 2026",
        "Jan. 31st 2026",
        "2026 January 31",
        "31/01/2026",
        "31.1.2026",
        "31 1 2026",
        "1/31/2026",
        "31012026",
        "３１／０１／２０２６",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_date(text) == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", DateFault.FORM),
        ("2026-01-31garbage", DateFault.FORM),
        ("2026-01-31 00:00:00", DateFault.FORM),
        ("2026-1/31", DateFault.FORM),
        ("2026-1 1-31", DateFault.FORM),
        ("January 2026", DateFault.FORM),
        ("31 Janury 2026", DateFault.FORM),
        ("Monday 2026", DateFault.FORM),
        ("March1519 50", DateFault.FORM),
        ("15 March 50", DateFault.SHORT_YEAR),
        ("15/03/50", DateFault.SHORT_YEAR),
        ("30 February 2026", DateFault.NO_SUCH_DAY),
        ("31/31/2026", DateFault.NO_SUCH_DAY),
        ("03/04/2026", DateFault.TWO_DAYS),
        ("12.11.2026", DateFault.TWO_DAYS),
        ("03042026", DateFault.TWO_DAYS),
        ("03/04/2569", DateFault.YEAR),
        ("2026-W05-6", DateFault.FORM),
        ("2026-031", DateFault.FORM),
        ("2026年1月", DateFault.FORM),
        ("202613", DateFault.FORM),
        ("民国115年1月31日", DateFault.FORM),
        ("令和8年1月31日", DateFault.FORM),
        ("丙午年腊月十三", DateFault.FORM),
        ("٢٠٢٦-٠١-٣١", DateFault.FORM),
        ("2026-01-3¹", DateFault.FORM),
        ("2026\u202e-01-31", DateFault.FORM),
        ("26-1-31", DateFault.SHORT_YEAR),
        ("115年1月31日", DateFault.SHORT_YEAR),
        ("2026-02-29", DateFault.NO_SUCH_DAY),
        ("20261301", DateFault.NO_SUCH_DAY),
        ("30022026", DateFault.NO_SUCH_DAY),
        ("2569-01-31", DateFault.YEAR),
        ("1447-01-31", DateFault.YEAR),
        ("9" * 10_000, DateFault.FORM),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(text: str, fault: DateFault) -> None:
    with pytest.raises(NotADate) as raised:
        read_date(text)
    assert raised.value.fault is fault


@given(st.text("0123456789２-/.年月日号 W\u200b", max_size=14))
def test_a_date_that_is_read_holds_the_digits_that_were_written(text: str) -> None:
    try:
        day = read_date(text)
    except ValueError:
        return
    groups = re.findall("[0-9]+", text.replace("２", "2").replace("\u200b", ""))
    if len(groups) == 1:
        assert groups[0] in (f"{day:%Y%m%d}", f"{day:%d%m%Y}", f"{day:%m%d%Y}")
    else:
        assert sorted(map(int, groups)) == sorted((day.year, day.month, day.day))


@given(st.dates(date(1850, 1, 1), date(2200, 12, 31)))
def test_a_day_that_is_written_in_words_or_year_first_is_read_back(day: date) -> None:
    written = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.day} {day:%B} {day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%d-%b-%Y}",
    ]
    wide = str.maketrans("0123456789-. ", "０１２３４５６７８９－．　")
    for text in (*written, *(each.translate(wide) for each in written)):
        assert read_date(text) == day
    assert read_iso_date(day.isoformat()) == day


@given(st.dates(date(1850, 1, 1), date(2200, 12, 31)), st.sampled_from(("/", "-", ".", " ", "")))
def test_what_may_be_two_days_is_refused_and_what_is_one_is_read(day: date, sign: str) -> None:
    for written in ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y"):
        text = day.strftime(written.format(sign))
        if day.day <= 12 and day.day != day.month:
            with pytest.raises(NotADate) as raised:
                read_date(text)
            assert raised.value.fault is DateFault.TWO_DAYS
        else:
            assert read_date(text) == day


@pytest.mark.parametrize("fault", DateFault)
def test_every_reason_why_a_text_is_no_date_is_said_with_an_example(fault: DateFault) -> None:
    module, _, fact = NotADate(fault).code.partition(".")
    said = catalogue()[f"{module}.refusal.{fact}"]
    for language in LANGUAGES:
        example = re.search(r"(?:例如 |such as )([^;；]+?)(?: or .*)?(?:;.*)?$", said[language])
        assert example
        read_date(example[1])


@pytest.mark.parametrize("text", ["20260131", "2026-W05-6", "2026-W05", "2026-1-31", "２026-01-31"])
def test_a_program_writes_a_date_in_one_form_only(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|isoformat"):
        read_iso_date(text)
