"""Pages: one template engine, one frame, words in the reader's language, times in local time."""

import functools
import os
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from importlib import resources
from typing import Any, Protocol
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, Undefined
from jinja2.utils import missing
from litestar import Request, Response
from litestar.datastructures import Cookie, FormMultiDict
from litestar.enums import HttpMethod, MediaType
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from markupsafe import Markup, escape

from tongban.kernel.actors import Actor
from tongban.kernel.characters import without_hidden
from tongban.kernel.dates import ZONE
from tongban.kernel.errors import Refusal
from tongban.kernel.money import show_money
from tongban.kernel.text import CHINESE, LANGUAGES, cited, say
from tongban.kit import texts
from tongban.kit.asked import note
from tongban.kit.crypto.hashing import fingerprint
from tongban.kit.db import Reader
from tongban.kit.house import House
from tongban.kit.http import STATUS, actor_of, csrf_of, house, language_of, request_id
from tongban.kit.i18n import field_sentence, sentence, translator
from tongban.kit.languages import with_chinese_marked
from tongban.kit.sent import beside, length_of
from tongban.kit.web_addresses import is_web_address


class Frame(Protocol):
    """What stands around every page: given by the app."""

    def context(self, reader: Reader, request: Request[Any, Any, Any]) -> dict[str, Any]:
        """Return ``government``, ``zone``, ``demonstration``, ``navigation`` and ``unread``.

        And ``languages``, where not both are offered.
        """
        ...


class UnknownName(Undefined):
    """A name that nobody gave is an error; a key that a mapping lacks is only absent.

    The macros of the design system ask their parameters for keys that may be missing.
    """

    def _is_name(self) -> bool:
        return self._undefined_obj is missing and self._undefined_hint is None

    def __bool__(self) -> bool:
        if self._is_name():
            self._fail_with_undefined_error()
        return False

    def __str__(self) -> str:
        if self._is_name():
            self._fail_with_undefined_error()
        return ""


@functools.cache
def environment() -> Environment:
    """Return the template engine: kit's templates, then each module's, then the app's."""
    root = resources.files("tongban")
    places = ["tongban.kit"]
    places += [
        f"tongban.modules.{m.name}"
        for m in sorted((root / "modules").iterdir(), key=lambda m: m.name)
        if (m / "templates").is_dir()
    ]
    if (root / "app" / "templates").is_dir():
        places.append("tongban.app")
    loaders = [PackageLoader(place, "templates") for place in places]
    design = "govuk_frontend_jinja"
    made = Environment(
        loader=ChoiceLoader([*loaders, PrefixLoader({design: PackageLoader(design)})]),
        autoescape=True,
        undefined=UnknownName,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=bool(os.environ.get("TONGBAN_RELOAD")),
    )
    made.globals["undefined"] = None  # the macros of the design system were once JavaScript
    made.filters["money"] = lambda fen: "" if fen is None else show_money(fen)
    made.filters["local_path"] = local_path
    made.filters["web_address"] = lambda url: url if is_web_address(url) else ""
    made.globals["query"] = lambda **values: (
        "?" + urlencode({k: v for k, v in values.items() if v not in (None, "")})
    )
    return made


def page(
    request: Request[Any, Any, Any], template: str, /, status: int = 200, **context: Any
) -> Response[str]:
    """Render a template inside the frame."""
    with house(request).db.read() as reader:
        frame = house(request).port(Frame).context(reader, request)
    body = render(request, template, {**frame, **context})
    return Response(body, status_code=status, media_type=MediaType.HTML)


def page_of_form(
    request: Request[Any, Any, Any],
    template: str,
    context: Mapping[str, Any],
    refusal: Refusal | None,
    names: Mapping[str, str] | None = None,
) -> Response[str]:
    """Return the page of a form; where it was refused, with what is wrong: see :func:`errors_of`."""
    if refusal is None:
        return page(request, template, **context)
    wrong = errors_of(refusal, request, names)
    return page(request, template, status=STATUS[refusal.kind], **context, **wrong)


def render(request: Request[Any, Any, Any], template: str, context: Mapping[str, Any]) -> str:
    """Render a template with the words and filters of this request."""
    language = language_of(request)
    zone = ZoneInfo(str(context.get("zone", ZONE)))
    words: dict[str, Any] = {
        "t": translator(language),
        "say": lambda text: say(text, language),
        "language": language,
        "actor": actor_of(request),
        "path": request.scope["path"],
        "request_id": request_id(request),
        "way_back": _way_back(request),
        "csrf": lambda: _hidden_token(request),
        "asset": asset,
        "show_date": lambda value: show_date(value, language),
        "show_day": lambda value: show_date(value and value.astimezone(zone), language),
        "show_instant": lambda value: show_instant(value, language, zone),
        **_marks(language),
        "wrong": lambda text: _wrong(text, language),
        "errors": {},
        "error_list": [],
        "languages": LANGUAGES,
    }
    written = environment().get_template(template).render({**words, **context})
    made = without_hidden(written, several_lines=True)  # the last line of defence, whoever wrote it
    return made if language == CHINESE else with_chinese_marked(made)


def _way_back(request: Request[Any, Any, Any]) -> str:
    """Return where this page is, empty where it only answers a form and no link leads to it."""
    path = str(request.scope["path"])
    if request.method == "GET":
        query = request.scope["query_string"].decode("ascii", "replace")
        return f"{path}?{query}" if query else path
    try:
        request.app.asgi_router.handle_routing(path, HttpMethod.GET)
    except HTTPException:
        return ""
    return path


def _marks(language: str) -> dict[str, Any]:
    """Return the marks that stand between and around words, as each language writes them."""
    chinese = language == CHINESE
    return {
        "comma": "、" if chinese else ", ",
        "gap": "" if chinese else " ",
        "colon": "：" if chinese else ": ",
        "bracketed": lambda words: f"（{words}）" if chinese else f" ({words})",
        "cited": lambda title, article: cited(title, article, language),
    }


def _wrong(text: str | None, language: str) -> dict[str, str] | None:
    """Return the message beside a field, in the reader's language also where only heard."""
    if not text:
        return None
    return {"text": text, "visuallyHiddenText": translator(language)("kit.page.error")}


OWNER_FIELD = "form_for"
"""Hidden field by which a form says for whom it was made."""


def owner_mark(house: House, actor: Actor) -> str:
    """Return what stands in a form for the account it was made for; empty for visitors."""
    return house.keyring.index("form:" + actor.account)[:32] if actor.signed_in else ""


def _hidden_token(request: Request[Any, Any, Any]) -> Markup:
    token = Markup('<input type="hidden" name="csrf" value="{}">').format(escape(csrf_of(request)))
    mark = owner_mark(house(request), actor_of(request))
    if not mark:
        return token
    return token + Markup('<input type="hidden" name="{}" value="{}">').format(OWNER_FIELD, mark)


def show_date(value: date | datetime | None, language: str) -> str:
    """Write a local date as people do."""
    if value is None:
        return ""
    if language == "en":
        return f"{value.day} {value:%B} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def show_month(value: str, language: str) -> str:
    """Write a month that came as ``2026-10`` as people do; what is none stays as it is."""
    try:
        first = date.fromisoformat(f"{value}-01")
    except ValueError:
        return value
    return f"{first:%B} {first.year}" if language == "en" else f"{first.year}年{first.month}月"


def show_instant(value: datetime | None, language: str, zone: ZoneInfo) -> str:
    """Write an instant in local time, to the minute."""
    if value is None:
        return ""
    local = value.astimezone(zone)
    return f"{show_date(local, language)} {local:%H:%M}"


def show_value(value: Any, language: str) -> str:
    """Write a plain value of an element; money is formatted by the caller, who knows the type."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return translator(language)("kit.value.yes" if value else "kit.value.no")
    if isinstance(value, date):
        return show_date(value, language)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def asset(path: str) -> str:
    """Return the address of a built file; its name changes with its content."""
    return f"/static/{path}?v={_asset_stamp(path)}"


@functools.cache
def _asset_stamp(path: str) -> str:
    file = resources.files("tongban.kit") / "static" / path
    return fingerprint(file.read_bytes())[:12] if file.is_file() else "0"


def redirect(path: str, *, cookies: tuple[Cookie, ...] = ()) -> Redirect:
    """Send the browser on after a form was taken (303)."""
    return Redirect(path, status_code=303, cookies=list(cookies))


def local_path(path: str | None) -> str:
    """Return a path of this site, and the front door for anything else.

    In templates it is a filter for every link that was kept somewhere: none leads a reader to another site.

    Browsers drop tabs and line ends and take a backslash for a slash: ``/<tab>/elsewhere`` leads
    away. At the doors a tab has become a space, so none stands at the beginning either.
    """
    wanted = path or "/"
    leads_away = not wanted.startswith("/") or wanted[1:2] in ("/", "\\", " ")
    if leads_away or not wanted.isprintable():
        return "/"
    return wanted


def errors_of(
    refusal: Refusal, request: Request[Any, Any, Any], names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return ``errors`` (by field) and ``error_list`` (for the summary at the top).

    ``names`` says what fields are called, in the order in which the page shows them. The summary
    stands away from the fields: a line of it begins with the name and follows that order.
    """
    note(request.scope, refusal)
    language = language_of(request)
    errors = {
        name: field_sentence(code, language, **refusal.data)
        for name, code in refusal.fields.items()
    }
    listed = _summary(errors, names or {}, language)
    if not listed:
        listed = [{"text": sentence(refusal, language)}]
    return {"errors": errors, "error_list": listed}


def _summary(
    errors: Mapping[str, str], names: Mapping[str, str], language: str
) -> list[dict[str, str]]:
    places = {name: place for place, name in enumerate(names)}
    ordered = sorted(errors, key=lambda name: places.get(name, len(places)))
    return [
        {"text": named_fault(names.get(name, ""), errors[name], language), "href": f"#{name}"}
        for name in ordered
    ]


def named_fault(name: str, text: str, language: str) -> str:
    """Return what is wrong, behind the name of its field where it has one; a question names too."""
    called = name.rstrip("？?")
    return translator(language)("kit.page.named_error", name=called, text=text) if called else text


async def form_of(request: Request[Any, Any, Any], *, judge: bool = True) -> dict[str, str]:
    """Return what was typed: the last value of each field, spaces at the ends cut off."""
    return await typed_in(await request.form(), judge=judge)


async def typed_in(form: FormMultiDict, *, judge: bool = True) -> dict[str, str]:
    """Return what was typed in a form that may hold files too.

    What a paste brings along unseen is gone. Refuses a character that nobody sees and that changes
    the text, unless whoever reads the fields says so beside each (``judge=False``).
    """
    return await beside(length_of(form), functools.partial(_typed, form, judge=judge))


def _typed(form: FormMultiDict, *, judge: bool) -> dict[str, str]:
    found = {
        name: texts.typed(name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name != OWNER_FIELD
    }
    for name, value in found.items() if judge else ():
        texts.check_typed(name, value)
    return found
