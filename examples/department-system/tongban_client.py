"""A client of the interface of Tongban 0.1.0. Written by script/client from openapi.json: do not edit."""

import json
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen


class Problem(Exception):
    """A request that was refused: the members of the problem (RFC 9457) and ``retry_after`` in seconds."""

    def __init__(self, told: Mapping[str, Any], retry_after: int | None) -> None:
        super().__init__(f"{told.get('code')}: {told.get('detail')}")
        self.status: int = told.get("status", 0)
        self.code: str = told.get("code", "")
        self.detail: str = told.get("detail", "")
        self.instance: str = told.get("instance", "")
        self.fields: Mapping[str, Any] = told.get("fields", {})
        self.retry_after = retry_after


class Tongban:
    """A government at an address; ``key`` is that of a department's system, empty for what is public."""

    def __init__(self, address: str, key: str = "", *, language: str = "en", timeout: float = 30.0) -> None:
        self._address, self._timeout = address.rstrip("/"), timeout
        self._headers = {"accept-language": language}
        if key:
            self._headers["authorization"] = f"Bearer {key}"

    def _ask(
        self, method: str, path: str, query: Mapping[str, Any], media: str, body: Any = None
    ) -> bytes:
        asked = {name: value for name, value in query.items() if value is not None}
        address = self._address + path + (f"?{urlencode(asked)}" if asked else "")
        headers = {**self._headers, "accept": media}
        data = None
        if body is not None:
            data, headers["content-type"] = json.dumps(body).encode(), "application/json"
        request = Request(address, data=data, headers=headers, method=method)
        try:
            with urlopen(request, timeout=self._timeout) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            raise _problem(error) from None

    def credential_issuer(self) -> "Issuer":
        """Who issues credentials here, and by which keys."""
        found: "Issuer" = json.loads(self._ask("GET", f"/.well-known/jwt-vc-issuer", {}, "application/json"))
        return found

    def departments_file(self, q: str | None = None) -> "DepartmentsFile":
        """Departments: every row."""
        found: "DepartmentsFile" = json.loads(self._ask("GET", f"/about/export.json", {"q": q}, "application/json"))
        return found

    def staff_file(self, q: str | None = None, department: str | None = None, active: Literal["yes", "no", "all", ""] | None = None, sort: Literal["login", "name", "department", ""] | None = None) -> "StaffFile":
        """Staff: every row."""
        found: "StaffFile" = json.loads(self._ask("GET", f"/admin/staff.json", {"q": q, "department": department, "active": active, "sort": sort}, "application/json"))
        return found

    def agreements_file(self) -> "AgreementsFile":
        """A second person's agreement: every row."""
        found: "AgreementsFile" = json.loads(self._ask("GET", f"/agreements/export.json", {}, "application/json"))
        return found

    def staff_page(self, q: str | None = None, department: str | None = None, active: Literal["yes", "no", "all", ""] | None = None, sort: Literal["login", "name", "department", ""] | None = None, page: int | None = None) -> "StaffPage":
        """Staff: one page."""
        found: "StaffPage" = json.loads(self._ask("GET", f"/api/admin/staff", {"q": q, "department": department, "active": active, "sort": sort, "page": page}, "application/json"))
        return found

    def packages_page(self, q: str | None = None, state: Literal["kept", "requested", "damaged", ""] | None = None, page: int | None = None) -> "PackagesPage":
        """Archive: one page."""
        found: "PackagesPage" = json.loads(self._ask("GET", f"/api/archive/packages", {"q": q, "state": state, "page": page}, "application/json"))
        return found

    def findings_page(self, state: Literal["standing", "gone", ""] | None = None, kind: Literal["differs", "row_without_entry", "entry_without_row", "named_twice", "erased_without_rule", "unopened", "damaged", "unreadable", "not_as_reckoned", "found_altered", "found_late", ""] | None = None, rows: str | None = None, page: int | None = None) -> "FindingsPage":
        """What audits found: one page."""
        found: "FindingsPage" = json.loads(self._ask("GET", f"/api/audit/findings", {"state": state, "kind": kind, "rows": rows, "page": page}, "application/json"))
        return found

    def elements_page(self, q: str | None = None, subject: Literal["person", "organisation", "property", "vehicle", "place", ""] | None = None, class_: Literal["public", "internal", "personal", "sensitive", ""] | None = None, page: int | None = None) -> "ElementsPage":
        """Data elements: one page."""
        found: "ElementsPage" = json.loads(self._ask("GET", f"/api/catalog/elements", {"q": q, "subject": subject, "class": class_, "page": page}, "application/json"))
        return found

    def catalog_element(self, code: str) -> "ElementObject":
        """One data element, and which resources hold it."""
        found: "ElementObject" = json.loads(self._ask("GET", f"/api/catalog/elements/{quote(code, safe='')}", {}, "application/json"))["data"]
        return found

    def catalog_page(self, q: str | None = None, department: str | None = None, share: Literal["unconditional", "conditional", "none", ""] | None = None, open: Literal["yes", "partly", "no", ""] | None = None, cycle: str | None = None, tree: str | None = None, class_: str | None = None, connected: Literal["yes", "no", ""] | None = None, sort: Literal["relevance", "code", "name", "published", ""] | None = None, page: int | None = None) -> "CatalogPage":
        """Catalogue of government data: one page."""
        found: "CatalogPage" = json.loads(self._ask("GET", f"/api/catalog/resources", {"q": q, "department": department, "share": share, "open": open, "cycle": cycle, "tree": tree, "class": class_, "connected": connected, "sort": sort, "page": page}, "application/json"))
        return found

    def catalog_resource(self, code: str) -> "ResourceObject":
        """One information resource."""
        found: "ResourceObject" = json.loads(self._ask("GET", f"/api/catalog/resources/{quote(code, safe='')}", {}, "application/json"))["data"]
        return found

    def departments_page(self, q: str | None = None, page: int | None = None) -> "DepartmentsPage":
        """Departments: one page."""
        found: "DepartmentsPage" = json.loads(self._ask("GET", f"/api/departments", {"q": q, "page": page}, "application/json"))
        return found

    def agreements_page(self, page: int | None = None) -> "AgreementsPage":
        """A second person's agreement: one page."""
        found: "AgreementsPage" = json.loads(self._ask("GET", f"/api/exchange/agreements", {"page": page}, "application/json"))
        return found

    def grants_page(self, q: str | None = None, department: str | None = None, provider: str | None = None, standing: Literal["requested", "in_effect", "refused", "ended", "over", ""] | None = None, state: Literal["requested", "in_effect", "refused", "ended", ""] | None = None, sort: Literal["code", "ends", "department", ""] | None = None, resource: str | None = None, page: int | None = None) -> "GrantsPage":
        """Grants: one page."""
        found: "GrantsPage" = json.loads(self._ask("GET", f"/api/exchange/grants", {"q": q, "department": department, "provider": provider, "standing": standing, "state": state, "sort": sort, "resource": resource, "page": page}, "application/json"))
        return found

    def kept_back_page(self, department: str | None = None, page: int | None = None) -> "KeptBackPage":
        """Kept back from the person: one page."""
        found: "KeptBackPage" = json.loads(self._ask("GET", f"/api/exchange/kept-back", {"department": department, "page": page}, "application/json"))
        return found

    def exchange_read(self, body: "ReadRequest", code: str) -> "ReadAnswer":
        """Read elements about one subject by a grant; it is on record before the answer."""
        found: "ReadAnswer" = json.loads(self._ask("POST", f"/api/exchange/resources/{quote(code, safe='')}", {}, "application/json", body))["data"]
        return found

    def sources_page(self, page: int | None = None) -> "SourcesPage":
        """Data sources: one page."""
        found: "SourcesPage" = json.loads(self._ask("GET", f"/api/exchange/sources", {"page": page}, "application/json"))
        return found

    def unusual_reading_page(self, kind: Literal["volume", "hour", "refusals", "relation", ""] | None = None, state: Literal["open", "looked_at", ""] | None = None, page: int | None = None) -> "UnusualReadingPage":
        """Unusual reading: one page."""
        found: "UnusualReadingPage" = json.loads(self._ask("GET", f"/api/exchange/unusual-reading", {"kind": kind, "state": state, "page": page}, "application/json"))
        return found

    def indicators_page(self, page: int | None = None) -> "IndicatorsPage":
        """Indicators: one page."""
        found: "IndicatorsPage" = json.loads(self._ask("GET", f"/api/indicators", {"page": page}, "application/json"))
        return found

    def ledger_page(self, q: str | None = None, kind: Literal["disclosure", "decision", "certificate_issued", "certificate_status", "case_closed", "case_looked_at", "definition_applied", "grant_given", "grant_ended", "reading_asked", "reading_answered", "log_exception", "case_moved", "staff_changed", "card", "package_kept", "readings", "alarm", "draft_kept", "erased", "recorded_as_found", "baseline", ""] | None = None, department: str | None = None, page: int | None = None) -> "LedgerPage":
        """Entries: one page."""
        found: "LedgerPage" = json.loads(self._ask("GET", f"/api/ledger/entries", {"q": q, "kind": kind, "department": department, "page": page}, "application/json"))
        return found

    def matters_page(self, page: int | None = None) -> "MattersPage":
        """My matters: one page."""
        found: "MattersPage" = json.loads(self._ask("GET", f"/api/my/cases", {"page": page}, "application/json"))
        return found

    def certificates_page(self, page: int | None = None) -> "CertificatesPage":
        """My certificates: one page."""
        found: "CertificatesPage" = json.loads(self._ask("GET", f"/api/my/certificates", {"page": page}, "application/json"))
        return found

    def data_uses_page(self, department: str | None = None, state: Literal["disclosed", "partly_unreadable", "nothing_found", "unreadable", "refused", "looked", "opened", ""] | None = None, outcome: Literal["disclosed", "nothing_found", "unreadable", "refused", ""] | None = None, since: Any = None, until: Any = None, page: int | None = None) -> "DataUsesPage":
        """Who used my data: one page."""
        found: "DataUsesPage" = json.loads(self._ask("GET", f"/api/my/data-uses", {"department": department, "state": state, "outcome": outcome, "since": since, "until": until, "page": page}, "application/json"))
        return found

    def messages_page(self, show: Literal["unread", "read", ""] | None = None, sort: Literal["newest", "oldest", ""] | None = None, page: int | None = None) -> "MessagesPage":
        """Messages: one page."""
        found: "MessagesPage" = json.loads(self._ask("GET", f"/api/my/messages", {"show": show, "sort": sort, "page": page}, "application/json"))
        return found

    def services_page(self, q: str | None = None, department: str | None = None, type: str | None = None, audience: str | None = None, can_apply: Literal["yes", "no", ""] | None = None, life_event: str | None = None, page: int | None = None) -> "ServicesPage":
        """Services: one page."""
        found: "ServicesPage" = json.loads(self._ask("GET", f"/api/services", {"q": q, "department": department, "type": type, "audience": audience, "can_apply": can_apply, "life_event": life_event, "page": page}, "application/json"))
        return found

    def service(self, code: str) -> "GuideObject":
        """The guide of one service."""
        found: "GuideObject" = json.loads(self._ask("GET", f"/api/services/{quote(code, safe='')}", {}, "application/json"))["data"]
        return found

    def cards_page(self, colour: Literal["red", "yellow", ""] | None = None, status: Literal["open", "unanswered", "replied", "withdrawn", ""] | None = None, page: int | None = None) -> "CardsPage":
        """Electronic supervision: one page."""
        found: "CardsPage" = json.loads(self._ask("GET", f"/api/supervision/cards", {"colour": colour, "status": status, "page": page}, "application/json"))
        return found

    def issued_page(self, q: str | None = None, state: Literal["pending_seal", "valid", "expired", "revoked", ""] | None = None, page: int | None = None) -> "IssuedPage":
        """Certificates issued by us: one page."""
        found: "IssuedPage" = json.loads(self._ask("GET", f"/api/work/certificates", {"q": q, "state": state, "page": page}, "application/json"))
        return found

    def inbox_page(self, q: str | None = None, whose: Literal["mine", "free", "all", ""] | None = None, service: str | None = None, kind: Literal["accept", "review", "decide", ""] | None = None, due: Literal["soon", "late", ""] | None = None, correction: Literal["awaited", "overdue", ""] | None = None, sort: Literal["due", "newest", ""] | None = None, page: int | None = None) -> "InboxPage":
        """Inbox: one page."""
        found: "InboxPage" = json.loads(self._ask("GET", f"/api/work/inbox", {"q": q, "whose": whose, "service": service, "kind": kind, "due": due, "correction": correction, "sort": sort, "page": page}, "application/json"))
        return found

    def handovers_page(self, q: str | None = None, clerk: str | None = None, page: int | None = None) -> "HandoversPage":
        """Reassign: one page."""
        found: "HandoversPage" = json.loads(self._ask("GET", f"/api/work/reassign", {"q": q, "clerk": clerk, "page": page}, "application/json"))
        return found

    def packages_file(self, q: str | None = None, state: Literal["kept", "requested", "damaged", ""] | None = None) -> "PackagesFile":
        """Archive: every row."""
        found: "PackagesFile" = json.loads(self._ask("GET", f"/archive/export.json", {"q": q, "state": state}, "application/json"))
        return found

    def findings_file(self, state: Literal["standing", "gone", ""] | None = None, kind: Literal["differs", "row_without_entry", "entry_without_row", "named_twice", "erased_without_rule", "unopened", "damaged", "unreadable", "not_as_reckoned", "found_altered", "found_late", ""] | None = None, rows: str | None = None) -> "FindingsFile":
        """What audits found: every row."""
        found: "FindingsFile" = json.loads(self._ask("GET", f"/audit/export.json", {"state": state, "kind": kind, "rows": rows}, "application/json"))
        return found

    def elements_file(self, q: str | None = None, subject: Literal["person", "organisation", "property", "vehicle", "place", ""] | None = None, class_: Literal["public", "internal", "personal", "sensitive", ""] | None = None) -> "ElementsFile":
        """Data elements: every row."""
        found: "ElementsFile" = json.loads(self._ask("GET", f"/catalog/elements/export.json", {"q": q, "subject": subject, "class": class_}, "application/json"))
        return found

    def catalog_file(self, q: str | None = None, department: str | None = None, share: Literal["unconditional", "conditional", "none", ""] | None = None, open: Literal["yes", "partly", "no", ""] | None = None, cycle: str | None = None, tree: str | None = None, class_: str | None = None, connected: Literal["yes", "no", ""] | None = None, sort: Literal["relevance", "code", "name", "published", ""] | None = None) -> "CatalogFile":
        """Catalogue of government data: every row."""
        found: "CatalogFile" = json.loads(self._ask("GET", f"/catalog/export.json", {"q": q, "department": department, "share": share, "open": open, "cycle": cycle, "tree": tree, "class": class_, "connected": connected, "sort": sort}, "application/json"))
        return found

    def credential_status(self, number: int) -> str:
        """A status list, as a signed token."""
        return self._ask("GET", f"/certificates/status/{number}", {}, "application/statuslist+jwt").decode()

    def credential_trust(self) -> str:
        """The certificates to trust when verifying (PEM)."""
        return self._ask("GET", f"/certificates/trust.pem", {}, "application/x-pem-file").decode()

    def credential_type(self, code: str) -> "CredentialType":
        """What a kind of credential is called, and its claims."""
        found: "CredentialType" = json.loads(self._ask("GET", f"/certificates/types/{quote(code, safe='')}", {}, "application/json"))
        return found

    def grants_file(self, q: str | None = None, department: str | None = None, provider: str | None = None, standing: Literal["requested", "in_effect", "refused", "ended", "over", ""] | None = None, state: Literal["requested", "in_effect", "refused", "ended", ""] | None = None, sort: Literal["code", "ends", "department", ""] | None = None, resource: str | None = None) -> "GrantsFile":
        """Grants: every row."""
        found: "GrantsFile" = json.loads(self._ask("GET", f"/grants/export.json", {"q": q, "department": department, "provider": provider, "standing": standing, "state": state, "sort": sort, "resource": resource}, "application/json"))
        return found

    def healthz(self) -> "Alive":
        """Whether the government answers."""
        found: "Alive" = json.loads(self._ask("GET", f"/healthz", {}, "application/json"))
        return found

    def indicators_file(self) -> "IndicatorsFile":
        """Indicators: every row."""
        found: "IndicatorsFile" = json.loads(self._ask("GET", f"/indicators/export.json", {}, "application/json"))
        return found

    def kept_back_file(self, department: str | None = None) -> "KeptBackFile":
        """Kept back from the person: every row."""
        found: "KeptBackFile" = json.loads(self._ask("GET", f"/kept-back/export.json", {"department": department}, "application/json"))
        return found

    def ledger_checkpoint(self) -> str:
        """The newest signed checkpoint."""
        return self._ask("GET", f"/ledger/checkpoint", {}, "text/plain").decode()

    def ledger_consistency(self, from_: int, to: int | None | None = None) -> "Consistency":
        """The proof that a smaller log is the beginning of a larger one."""
        found: "Consistency" = json.loads(self._ask("GET", f"/ledger/consistency", {"from": from_, "to": to}, "application/json"))
        return found

    def ledger_file(self, q: str | None = None, kind: Literal["disclosure", "decision", "certificate_issued", "certificate_status", "case_closed", "case_looked_at", "definition_applied", "grant_given", "grant_ended", "reading_asked", "reading_answered", "log_exception", "case_moved", "staff_changed", "card", "package_kept", "readings", "alarm", "draft_kept", "erased", "recorded_as_found", "baseline", ""] | None = None, department: str | None = None) -> "LedgerFile":
        """Entries: every row."""
        found: "LedgerFile" = json.loads(self._ask("GET", f"/ledger/entries.json", {"q": q, "kind": kind, "department": department}, "application/json"))
        return found

    def ledger_entry(self, identifier: str) -> "EntryFile":
        """An entry, its very bytes."""
        found: "EntryFile" = json.loads(self._ask("GET", f"/ledger/entries/{quote(identifier, safe='')}/entry.json", {}, "application/json"))
        return found

    def ledger_policy(self) -> str:
        """The trust file to verify with."""
        return self._ask("GET", f"/ledger/policy", {}, "text/plain").decode()

    def ledger_proof(self, name: str) -> str:
        """The receipt of an entry, to verify offline."""
        return self._ask("GET", f"/ledger/proof/{quote(name, safe='')}", {}, "text/plain").decode()

    def ledger_tile(self, path: str) -> bytes:
        """A tile of hashes, or a bundle of entries."""
        return self._ask("GET", f"/ledger/tile/{quote(path, safe='')}", {}, "application/octet-stream")

    def ledger_vkey(self) -> str:
        """The public key of the log."""
        return self._ask("GET", f"/ledger/vkey", {}, "text/plain").decode()

    def messages_file(self, show: Literal["unread", "read", ""] | None = None, sort: Literal["newest", "oldest", ""] | None = None) -> "MessagesFile":
        """Messages: every row."""
        found: "MessagesFile" = json.loads(self._ask("GET", f"/messages.json", {"show": show, "sort": sort}, "application/json"))
        return found

    def certificates_file(self) -> "CertificatesFile":
        """My certificates: every row."""
        found: "CertificatesFile" = json.loads(self._ask("GET", f"/my/certificates/export.json", {}, "application/json"))
        return found

    def my_certificate_opening(self, identifier: str) -> "OpeningFile":
        """What opens the ledger entry of the issue of one of my certificates."""
        found: "OpeningFile" = json.loads(self._ask("GET", f"/my/certificates/{quote(identifier, safe='')}/opening", {}, "application/json"))
        return found

    def my_data_uses_complete(self) -> "CompleteUses":
        """Everything on record about me, to verify that none is missing."""
        found: "CompleteUses" = json.loads(self._ask("GET", f"/my/data-uses/complete.json", {}, "application/json"))
        return found

    def data_uses_file(self, department: str | None = None, state: Literal["disclosed", "partly_unreadable", "nothing_found", "unreadable", "refused", "looked", "opened", ""] | None = None, outcome: Literal["disclosed", "nothing_found", "unreadable", "refused", ""] | None = None, since: Any = None, until: Any = None) -> "DataUsesFile":
        """Who used my data: every row."""
        found: "DataUsesFile" = json.loads(self._ask("GET", f"/my/data-uses/export.json", {"department": department, "state": state, "outcome": outcome, "since": since, "until": until}, "application/json"))
        return found

    def my_data_use_opening(self, line: str) -> "OpeningFile":
        """What opens the ledger entry of one use of my data."""
        found: "OpeningFile" = json.loads(self._ask("GET", f"/my/data-uses/{quote(line, safe='')}/opening.json", {}, "application/json"))
        return found

    def matters_file(self) -> "MattersFile":
        """My matters: every row."""
        found: "MattersFile" = json.loads(self._ask("GET", f"/my/export.json", {}, "application/json"))
        return found

    def openapi(self) -> dict[str, Any]:
        """This description of the interface (OpenAPI 3.1)."""
        found: dict[str, Any] = json.loads(self._ask("GET", f"/openapi.json", {}, "application/json"))
        return found

    def readyz(self) -> "Ready":
        """Whether the government can work: write, number entries, reach its keys."""
        found: "Ready" = json.loads(self._ask("GET", f"/readyz", {}, "application/json"))
        return found

    def services_file(self, q: str | None = None, department: str | None = None, type: str | None = None, audience: str | None = None, can_apply: Literal["yes", "no", ""] | None = None, life_event: str | None = None) -> "ServicesFile":
        """Services: every row."""
        found: "ServicesFile" = json.loads(self._ask("GET", f"/services/export.json", {"q": q, "department": department, "type": type, "audience": audience, "can_apply": can_apply, "life_event": life_event}, "application/json"))
        return found

    def sources_file(self) -> "SourcesFile":
        """Data sources: every row."""
        found: "SourcesFile" = json.loads(self._ask("GET", f"/sources/export.json", {}, "application/json"))
        return found

    def cards_file(self, colour: Literal["red", "yellow", ""] | None = None, status: Literal["open", "unanswered", "replied", "withdrawn", ""] | None = None) -> "CardsFile":
        """Electronic supervision: every row."""
        found: "CardsFile" = json.loads(self._ask("GET", f"/supervision/export.json", {"colour": colour, "status": status}, "application/json"))
        return found

    def unusual_reading_file(self, kind: Literal["volume", "hour", "refusals", "relation", ""] | None = None, state: Literal["open", "looked_at", ""] | None = None) -> "UnusualReadingFile":
        """Unusual reading: every row."""
        found: "UnusualReadingFile" = json.loads(self._ask("GET", f"/unusual-reading/export.json", {"kind": kind, "state": state}, "application/json"))
        return found

    def issued_file(self, q: str | None = None, state: Literal["pending_seal", "valid", "expired", "revoked", ""] | None = None) -> "IssuedFile":
        """Certificates issued by us: every row."""
        found: "IssuedFile" = json.loads(self._ask("GET", f"/work/certificates/export.json", {"q": q, "state": state}, "application/json"))
        return found

    def inbox_file(self, q: str | None = None, whose: Literal["mine", "free", "all", ""] | None = None, service: str | None = None, kind: Literal["accept", "review", "decide", ""] | None = None, due: Literal["soon", "late", ""] | None = None, correction: Literal["awaited", "overdue", ""] | None = None, sort: Literal["due", "newest", ""] | None = None) -> "InboxFile":
        """Inbox: every row."""
        found: "InboxFile" = json.loads(self._ask("GET", f"/work/export.json", {"q": q, "whose": whose, "service": service, "kind": kind, "due": due, "correction": correction, "sort": sort}, "application/json"))
        return found

    def handovers_file(self, q: str | None = None, clerk: str | None = None) -> "HandoversFile":
        """Reassign: every row."""
        found: "HandoversFile" = json.loads(self._ask("GET", f"/work/reassign/export.json", {"q": q, "clerk": clerk}, "application/json"))
        return found


def _problem(error: HTTPError) -> Problem:
    wait = error.headers.get("retry-after", "")
    try:
        told = json.loads(error.read())
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    told.setdefault("status", error.code)
    return Problem(told, int(wait) if wait.isdigit() else None)


AgreementsFile = TypedDict("AgreementsFile", {
    "data": list["AgreementsRow"],
    "total": int,
})


AgreementsPage = TypedDict("AgreementsPage", {
    "data": list["AgreementsRow"],
    "page": int,
    "pages": int,
    "total": int,
})


AgreementsRow = TypedDict("AgreementsRow", {
    "asked_at": str | None,
    "department": str,
    "grant": str,
    "id": str,
    "number": int,
    "occasion": str,
    "occasion_reference": str,
    "provider": str,
    "reader": str,
    "reason": str | dict[str, str],
    "standing": "Standing",
    "until": str | None,
    "used": int,
})


AlarmKind = Literal["hour", "refusals", "relation", "volume"]


AlarmState = Literal["looked_at", "open"]


Alive = TypedDict("Alive", {
    "status": Literal["ok"],
})


Basis = Literal["consent", "law", "none"]


CardsFile = TypedDict("CardsFile", {
    "data": list["CardsRow"],
    "total": int,
})


CardsPage = TypedDict("CardsPage", {
    "data": list["CardsRow"],
    "page": int,
    "pages": int,
    "total": int,
})


CardsRow = TypedDict("CardsRow", {
    "case_number": str,
    "clock": str,
    "colour": "Colour",
    "department": str,
    "drawn_at": str | None,
    "limit_due": str | None,
    "limit_provisional": str,
    "reply_due": str | None,
    "reply_provisional": str,
    "rule": str,
    "service": str,
    "settled_at": str | None,
    "state": str,
    "words": str,
})


CatalogFile = TypedDict("CatalogFile", {
    "data": list["ResourceObject"],
    "total": int,
})


CatalogPage = TypedDict("CatalogPage", {
    "data": list["ResourceObject"],
    "page": int,
    "pages": int,
    "total": int,
})


CertificatesFile = TypedDict("CertificatesFile", {
    "data": list["CertificatesRow"],
    "total": int,
})


CertificatesPage = TypedDict("CertificatesPage", {
    "data": list["CertificatesRow"],
    "page": int,
    "pages": int,
    "total": int,
})


CertificatesRow = TypedDict("CertificatesRow", {
    "issued_on": str | None,
    "issuer": str,
    "name": str | dict[str, str],
    "number": str,
    "standing": str,
    "valid_until": str | None,
})


Claim = TypedDict("Claim", {
    "display": list["Said"],
    "path": list[str],
    "sd": Literal["always", "never"],
    "value": NotRequired["ClaimValue"],
})


ClaimValue = TypedDict("ClaimValue", {
    "codes": NotRequired[dict[str, list["Said"]]],
    "type": str,
})


ClauseObject = TypedDict("ClauseObject", {
    "article": str,
    "title": str,
})


Colour = Literal["red", "yellow"]


CompleteUses = TypedDict("CompleteUses", {
    "chains": list["UsesChain"],
    "checkpoint": str,
    "format": str,
    "statement": str,
})


Consistency = TypedDict("Consistency", {
    "consistency": list[str],
    "from": int,
    "to": int,
})


CredentialType = TypedDict("CredentialType", {
    "claims": list["Claim"],
    "display": list["Said"],
    "name": str,
    "vct": str,
})


DataClass = Literal["internal", "personal", "public", "sensitive"]


DataUsesFile = TypedDict("DataUsesFile", {
    "data": list[Any],
    "total": int,
})


DataUsesPage = TypedDict("DataUsesPage", {
    "data": list[Any],
    "page": int,
    "pages": int,
    "total": int,
})


DepartmentsFile = TypedDict("DepartmentsFile", {
    "data": list["DepartmentsRow"],
    "total": int,
})


DepartmentsPage = TypedDict("DepartmentsPage", {
    "data": list["DepartmentsRow"],
    "page": int,
    "pages": int,
    "total": int,
})


DepartmentsRow = TypedDict("DepartmentsRow", {
    "address": str | dict[str, str],
    "code": str,
    "credit_code": str,
    "name": str | dict[str, str],
    "phone": str,
})


DisclosureObject = TypedDict("DisclosureObject", {
    "at": str,
    "basis": "Basis",
    "case_number": str | None,
    "clause": str,
    "department": str,
    "draft": bool,
    "elements": list[str],
    "id": str,
    "kept_back_by": str | None,
    "ledger_entry": str,
    "masked": list[str],
    "number": int | None,
    "occasion": str | None,
    "occasion_reference": str | None,
    "outcome": "ExchangeOutcome",
    "provider": str,
    "purpose": str,
    "resource": str,
    "service": str,
    "shown_on": str | None,
    "state": "LineState",
    "unfit": dict[str, "Unfit"],
})


ElementObject = TypedDict("ElementObject", {
    "code": str,
    "codes": dict[str, str],
    "data_class": "DataClass",
    "held_by": list[str],
    "mask": str | None,
    "name": str,
    "note": str,
    "subject": "SubjectKind",
    "type": "ElementType",
    "unit": str,
})


ElementType = Literal["boolean", "code", "date", "decimal", "integer", "money", "text"]


ElementsFile = TypedDict("ElementsFile", {
    "data": list["ElementObject"],
    "total": int,
})


ElementsPage = TypedDict("ElementsPage", {
    "data": list["ElementObject"],
    "page": int,
    "pages": int,
    "total": int,
})


EntryFile = TypedDict("EntryFile", {
    "at": str,
    "commitment": str | None,
    "id": str,
    "kind": "EntryKind",
    "public": dict[str, str | int | bool | list[str] | dict[str, str]],
    "v": int,
})


EntryKind = Literal["alarm", "baseline", "card", "case_closed", "case_looked_at", "case_moved", "certificate_issued", "certificate_status", "decision", "definition_applied", "disclosure", "draft_kept", "erased", "grant_ended", "grant_given", "log_exception", "package_kept", "reading_answered", "reading_asked", "readings", "recorded_as_found", "staff_changed"]


ExchangeOutcome = Literal["disclosed", "nothing_found", "refused", "unreadable"]


FieldProblem = TypedDict("FieldProblem", {
    "code": str,
    "detail": str,
})


FindingKind = Literal["damaged", "differs", "entry_without_row", "erased_without_rule", "found_altered", "found_late", "named_twice", "not_as_reckoned", "row_without_entry", "unopened", "unreadable"]


FindingsFile = TypedDict("FindingsFile", {
    "data": list["FindingsRow"],
    "total": int,
})


FindingsPage = TypedDict("FindingsPage", {
    "data": list["FindingsRow"],
    "page": int,
    "pages": int,
    "total": int,
})


FindingsRow = TypedDict("FindingsRow", {
    "entry": str,
    "fields": str,
    "first_at": str | None,
    "gone_at": str | None,
    "kind": "FindingKind",
    "last_at": str | None,
    "number": int | None,
    "row": str,
    "rows": str,
    "state": Literal["gone", "standing"],
    "table": str,
})


FormatObject = TypedDict("FormatObject", {
    "category": str,
    "note": str,
    "type": str,
})


GrantObject = TypedDict("GrantObject", {
    "basis": str,
    "code": str,
    "delivery": str,
    "department": str,
    "ends": str,
    "items": list[str],
    "ledger_entry": str | None,
    "masked": list[str],
    "provider": str,
    "purpose": str,
    "resource": str,
    "rests_on": "Basis",
    "services": list[str],
    "standing": str,
    "starts": str,
    "state": "GrantState",
    "without_case": Any,
})


GrantState = Literal["ended", "in_effect", "refused", "requested"]


GrantsFile = TypedDict("GrantsFile", {
    "data": list["GrantObject"],
    "total": int,
})


GrantsPage = TypedDict("GrantsPage", {
    "data": list["GrantObject"],
    "page": int,
    "pages": int,
    "total": int,
})


GuideObject = TypedDict("GuideObject", {
    "audience": list[str],
    "basis": list["ClauseObject"],
    "can_apply": bool,
    "code": str,
    "department": str,
    "fee": str | None,
    "level": str | None,
    "local_code": str | None,
    "materials": list["MaterialObject"],
    "name": str,
    "national_code": str | None,
    "needs": list["NeedObject"],
    "promised_days": int | None,
    "promised_unit": str | None,
    "status": "ServiceStatus",
    "statutory_days": int | None,
    "summary": str,
    "type": str | None,
    "version": int,
    "visits": int | None,
})


HandoversFile = TypedDict("HandoversFile", {
    "data": list["HandoversRow"],
    "total": int,
})


HandoversPage = TypedDict("HandoversPage", {
    "data": list["HandoversRow"],
    "page": int,
    "pages": int,
    "total": int,
})


HandoversRow = TypedDict("HandoversRow", {
    "clerk": str,
    "kind": str,
    "number": str,
    "service": str,
    "to": None,
})


InboxFile = TypedDict("InboxFile", {
    "data": list["InboxRow"],
    "total": int,
})


InboxPage = TypedDict("InboxPage", {
    "data": list["InboxRow"],
    "page": int,
    "pages": int,
    "total": int,
})


InboxRow = TypedDict("InboxRow", {
    "acceptance_due": str | None,
    "acceptance_left": int | None,
    "applicant": str,
    "calendar_lacks": int | None,
    "clerk": str,
    "correction": str,
    "correction_due": str | None,
    "correction_left": int | None,
    "correction_provisional": str,
    "due": str | None,
    "due_provisional": str,
    "kind": "StepKind",
    "left": int | None,
    "news": list[str],
    "number": str,
    "service": str,
    "state": "State",
    "statutory_due": str | None,
    "step_due": str | None,
})


IndicatorObject = TypedDict("IndicatorObject", {
    "better": str,
    "code": str,
    "denominator": int,
    "name": str | dict[str, str],
    "numerator": int,
    "of": str,
    "reached": bool | None,
    "target": float | None,
    "value": float | None,
})


IndicatorsFile = TypedDict("IndicatorsFile", {
    "data": list["IndicatorObject"],
    "total": int,
})


IndicatorsPage = TypedDict("IndicatorsPage", {
    "data": list["IndicatorObject"],
    "page": int,
    "pages": int,
    "total": int,
})


IssuedFile = TypedDict("IssuedFile", {
    "data": list["IssuedRow"],
    "total": int,
})


IssuedPage = TypedDict("IssuedPage", {
    "data": list["IssuedRow"],
    "page": int,
    "pages": int,
    "total": int,
})


IssuedRow = TypedDict("IssuedRow", {
    "case_number": str,
    "holder": str,
    "issued_on": str | None,
    "name": str | dict[str, str],
    "number": str,
    "revoked_at": str | None,
    "standing": str,
    "valid_until": str | None,
})


Issuer = TypedDict("Issuer", {
    "issuer": str,
    "jwks": "Keys",
})


ItemObject = TypedDict("ItemObject", {
    "data_type": str,
    "element": str | None,
    "length": int | None,
    "name": str,
    "open": bool,
    "share": "ShareType",
})


KeptBackBy = TypedDict("KeptBackBy", {
    "clause": str,
    "days": int,
})


KeptBackFile = TypedDict("KeptBackFile", {
    "data": list["KeptBackRow"],
    "total": int,
})


KeptBackPage = TypedDict("KeptBackPage", {
    "data": list["KeptBackRow"],
    "page": int,
    "pages": int,
    "total": int,
})


KeptBackRow = TypedDict("KeptBackRow", {
    "clause": str | dict[str, str],
    "department": str,
    "grant": str,
    "ledger": str,
    "occasion": str,
    "reference": str,
    "shown_on": str | None,
    "times": int,
})


Keys = TypedDict("Keys", {
    "keys": list[dict[str, Any]],
})


LedgerFile = TypedDict("LedgerFile", {
    "data": list["LedgerRow"],
    "total": int,
})


LedgerPage = TypedDict("LedgerPage", {
    "data": list["LedgerRow"],
    "page": int,
    "pages": int,
    "total": int,
})


LedgerRow = TypedDict("LedgerRow", {
    "about": str,
    "at": str | None,
    "department": str,
    "id": str,
    "kind": "EntryKind",
    "number": int | None,
    "outcome": str,
})


LineOpening = TypedDict("LineOpening", {
    "facts": dict[str, Any],
    "salt": str,
})


LineState = Literal["altered", "disclosed", "looked", "nothing_found", "opened", "partly_unreadable", "refused", "unreadable"]


LookObject = TypedDict("LookObject", {
    "at": str,
    "basis": str,
    "case_number": str,
    "department": str,
    "elements": list[str],
    "id": str,
    "last_at": str,
    "ledger_entry": str | None,
    "number": int | None,
    "outcome": str,
    "post": str | None,
    "reason": str | None,
    "service": str,
    "staff": str | None,
    "state": str,
    "times": int,
    "words": str | None,
})


MaterialObject = TypedDict("MaterialObject", {
    "code": str,
    "name": str,
    "replaced_by_data": bool,
    "required": bool,
})


MatterObject = TypedDict("MatterObject", {
    "accepted_on": str | None,
    "closed_at": str | None,
    "created_at": str,
    "decided_at": str | None,
    "department": str,
    "due": str | None,
    "due_provisional": str | None,
    "left": int | None,
    "number": str | None,
    "outcome": Any,
    "service": str,
    "service_name": str,
    "service_version": int,
    "state": "State",
    "submitted_at": str | None,
    "until": str | None,
    "until_provisional": str | None,
    "until_what": str | None,
    "waits_on": list[str],
})


MattersFile = TypedDict("MattersFile", {
    "data": list["MatterObject"],
    "total": int,
})


MattersPage = TypedDict("MattersPage", {
    "data": list["MatterObject"],
    "page": int,
    "pages": int,
    "total": int,
})


MessagesFile = TypedDict("MessagesFile", {
    "data": list["MessagesRow"],
    "total": int,
})


MessagesPage = TypedDict("MessagesPage", {
    "data": list["MessagesRow"],
    "page": int,
    "pages": int,
    "total": int,
})


MessagesRow = TypedDict("MessagesRow", {
    "at": str | None,
    "state": Literal["read", "unread"],
    "text": str,
    "title": str,
})


NeedObject = TypedDict("NeedObject", {
    "basis": str,
    "elements": list[str],
    "provider": str,
    "purpose": str,
    "resource": str,
})


NotReady = TypedDict("NotReady", {
    "checks": dict[str, str],
    "message": str,
    "status": Literal["not_ready"],
})


OccasionObject = TypedDict("OccasionObject", {
    "code": str,
    "kept_back": Any,
    "name": str,
})


OpenObject = TypedDict("OpenObject", {
    "condition": str,
    "open": bool,
    "openness": str,
})


OpeningFile = TypedDict("OpeningFile", {
    "facts": dict[str, Any],
    "salt": str,
})


PackagesFile = TypedDict("PackagesFile", {
    "data": list["PackagesRow"],
    "total": int,
})


PackagesPage = TypedDict("PackagesPage", {
    "data": list["PackagesRow"],
    "page": int,
    "pages": int,
    "total": int,
})


PackagesRow = TypedDict("PackagesRow", {
    "case_number": str,
    "checked_at": str | None,
    "digest": str,
    "documents": int,
    "kept_at": str | None,
    "name": str,
    "size": int,
    "state": str,
})


ProblemDetails = TypedDict("ProblemDetails", {
    "code": str,
    "detail": str,
    "fields": NotRequired[dict[str, "FieldProblem"]],
    "instance": NotRequired[str],
    "status": int,
    "title": str,
    "type": str,
})


ReadAnswer = TypedDict("ReadAnswer", {
    "at": str,
    "count": int,
    "disclosure": str,
    "grant": str | None,
    "ledger_entry": str,
    "masked": list[str],
    "outcome": "ExchangeOutcome",
    "provider": str,
    "resource": str,
    "unfit": dict[str, "Unfit"],
    "values": dict[str, str | int | bool | None],
})


ReadRequest = TypedDict("ReadRequest", {
    "case_number": NotRequired[str],
    "elements": list[str],
    "occasion": NotRequired[str],
    "occasion_reference": NotRequired[str],
    "purpose": str,
    "subject": str,
})


Ready = TypedDict("Ready", {
    "checks": dict[str, str],
    "status": Literal["ready"],
})


ResourceObject = TypedDict("ResourceObject", {
    "abstract": str,
    "classification": list[str],
    "code": str,
    "connected": bool,
    "format": "FormatObject",
    "items": list["ItemObject"],
    "name": str,
    "open": "OpenObject",
    "provider_code": str,
    "provider_name": str,
    "publish_date": str | None,
    "related": list[str],
    "share": "ShareObject",
    "update_cycle": str,
})


Said = TypedDict("Said", {
    "label": NotRequired[str],
    "locale": str,
    "name": NotRequired[str],
})


ServiceObject = TypedDict("ServiceObject", {
    "audience": list[str],
    "code": str,
    "department": str,
    "name": str,
    "promised_days": int | None,
    "promised_unit": str | None,
    "status": "ServiceStatus",
    "summary": str,
    "type": str,
    "visits": int | None,
})


ServiceStatus = Literal["listed", "open", "retired"]


ServicesFile = TypedDict("ServicesFile", {
    "data": list["ServiceObject"],
    "total": int,
})


ServicesOutcome = Literal["approved", "not_accepted", "refused"]


ServicesPage = TypedDict("ServicesPage", {
    "data": list["ServiceObject"],
    "page": int,
    "pages": int,
    "total": int,
})


ShareObject = TypedDict("ShareObject", {
    "basis": str,
    "condition": str,
    "method": list[str],
    "type": "ShareType",
})


ShareType = Literal["conditional", "none", "unconditional"]


SourcesFile = TypedDict("SourcesFile", {
    "data": list["SourcesRow"],
    "total": int,
})


SourcesPage = TypedDict("SourcesPage", {
    "data": list["SourcesRow"],
    "page": int,
    "pages": int,
    "total": int,
})


SourcesRow = TypedDict("SourcesRow", {
    "code": str,
    "department": str,
    "last_at": str | None,
    "name": str | dict[str, str],
    "resources": int,
    "unreadable": int,
})


StaffFile = TypedDict("StaffFile", {
    "data": list["StaffRow"],
    "total": int,
})


StaffPage = TypedDict("StaffPage", {
    "data": list["StaffRow"],
    "page": int,
    "pages": int,
    "total": int,
})


StaffRow = TypedDict("StaffRow", {
    "department": str,
    "login": str,
    "name": str,
    "roles": list[str],
    "state": Literal["active", "inactive"],
})


Standing = Literal["agreed", "over", "refused", "requested", "spent"]


State = Literal["closed", "correction", "deciding", "deemed", "draft", "issuing", "not_accepted", "reviewing", "submitted", "withdrawn"]


StepKind = Literal["accept", "decide", "issue", "review"]


SubjectKind = Literal["organisation", "person", "place", "property", "vehicle"]


Unfit = Literal["ambiguous", "anothers", "contradicts_identifier", "fraction_of_fen", "hidden_character", "ill_shaped", "impossible_date", "not_in_code_list", "out_of_range", "placeholder", "too_long", "unit_unknown", "unreadable_character", "written_otherwise", "wrong_type"]


UnusualReadingFile = TypedDict("UnusualReadingFile", {
    "data": list["UnusualReadingRow"],
    "total": int,
})


UnusualReadingPage = TypedDict("UnusualReadingPage", {
    "data": list["UnusualReadingRow"],
    "page": int,
    "pages": int,
    "total": int,
})


UnusualReadingRow = TypedDict("UnusualReadingRow", {
    "day": str | None,
    "department": str,
    "id": str,
    "kind": "AlarmKind",
    "looked_at": str | None,
    "providers": list[str],
    "state": "AlarmState",
    "times": int,
    "who": str,
    "words": str | dict[str, str],
})


UsesChain = TypedDict("UsesChain", {
    "key": str,
    "lines": list["UsesLine"],
    "shown_on": str,
})


UsesLine = TypedDict("UsesLine", {
    "entry": str,
    "index": int,
    "number": int,
    "opening": NotRequired[Any],
    "path": list[str],
})


WithoutCaseObject = TypedDict("WithoutCaseObject", {
    "a_day": int,
    "for_each": int,
    "occasions": list["OccasionObject"],
    "second_person_above": int,
})
