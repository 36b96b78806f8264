"""The reference page of imports: what columns are called, and everything that can be found."""

from collections.abc import Iterator

from tongban.app.instance.importing.findings import KINDS
from tongban.app.instance.importing.targets import targets
from tongban.kit.i18n import catalogue


def imports_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Imports"
    yield ""
    yield "What `tongban import` understands and finds. The guide is in"
    yield "[docs/guides/listings.md](../guides/listings.md)."
    yield ""
    for target in targets().values():
        yield f"## Columns of {target.name}"
        yield ""
        needed = "; ".join(" or ".join(f"`{key}`" for key in group) for group in target.needed)
        yield f"Needed: {needed}. The earlier name is preferred where a listing has several."
        yield ""
        yield "| Key | Names of its column |"
        yield "|---|---|"
        for key in target.keys.values():
            yield f"| `{key.name}` | {'、'.join(key.names)} |"
        yield ""
        others = [name for name in target.all_names() if name not in target.keys]
        if others:
            yield f"A map may also fill {', '.join(f'`{name}`' for name in others)}."
            yield ""
    yield "## Findings"
    yield ""
    yield "| Code | Severity | Row | Sentence |"
    yield "|---|---|---|---|"
    for kind in KINDS.values():
        said = catalogue()[f"app.import.{kind.code}"]
        row = "left out" if kind.leaves_out else ""
        yield f"| `import.{kind.code}` | {kind.severity.value} | {row} | {said['zh']}<br>{said['en']} |"
