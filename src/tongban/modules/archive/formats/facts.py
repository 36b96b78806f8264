"""What the ledger's entry about a package commits to."""

from typing import Any

from tongban.modules.archive.model import Package


def package_facts(package: Package) -> dict[str, Any]:
    """Return which case was kept, under which name, and the digest that stands for every byte."""
    return {
        "package": package.id,
        "case": package.case_number,
        "name": package.name,
        "documents": package.documents,
        "size": package.size,
        "digest": package.digest,
        "kept_at": package.kept_at.isoformat() if package.kept_at else "",
    }
