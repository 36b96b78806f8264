"""What can be asked of services: the directory, applications, cases, work, and facts to count."""

from tongban.modules.services.model import InboxFilter
from tongban.modules.services.queries.application import drafts
from tongban.modules.services.queries.certified import Certified, certified, hidden_in
from tongban.modules.services.queries.definitions import PART, declared, service
from tongban.modules.services.queries.directory import (
    Guide,
    counts,
    facets,
    guide,
    may_apply,
    names_of_services,
    online,
    open_services,
    search,
    service_name,
)
from tongban.modules.services.queries.facts import (
    came_in_after,
    digests,
    facts,
    judged_by,
    moved_by,
    number_of,
    open_numbers,
    open_versions,
    running,
    step_name,
)
from tongban.modules.services.queries.loading import Loaded
from tongban.modules.services.queries.mine import Matters, matters, own
from tongban.modules.services.queries.passing import judged, passed
from tongban.modules.services.queries.tasks import being_reckoned, inbox
from tongban.modules.services.queries.work import is_file_look_due, work_case

__all__ = [
    "PART",
    "Certified",
    "Guide",
    "InboxFilter",
    "Loaded",
    "Matters",
    "being_reckoned",
    "came_in_after",
    "certified",
    "counts",
    "declared",
    "digests",
    "drafts",
    "facets",
    "facts",
    "guide",
    "hidden_in",
    "inbox",
    "is_file_look_due",
    "judged",
    "judged_by",
    "matters",
    "may_apply",
    "moved_by",
    "names_of_services",
    "number_of",
    "online",
    "open_numbers",
    "open_services",
    "open_versions",
    "own",
    "passed",
    "running",
    "search",
    "service",
    "service_name",
    "step_name",
    "work_case",
]
