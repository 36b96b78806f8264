"""Tables of services. What may be personal is sealed (LargeBinary) or a keyed hash."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from tongban.kit.db import Instant, Json, metadata, sealed
from tongban.kit.search import TextIndex


def _case() -> Column[str]:
    return Column(
        "case_id", String(36), ForeignKey("services_case.id", ondelete="CASCADE"), nullable=False
    )


case = Table(
    "services_case",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(50), unique=True),
    Column("service", String(200), nullable=False, index=True),
    Column("service_version", Integer, nullable=False),
    Column("department", String(100), nullable=False),
    Column("account", String(36), nullable=False, index=True),
    Column("subject_index", String(64), nullable=False, index=True),
    sealed("applicant", "id", "subject_index"),
    Column("state", String(20), nullable=False, index=True),
    Column("outcome", String(20)),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("accepted_on", Date),
    Column("decided_at", Instant),
    Column("closed_at", Instant),
    Column("acceptance_due", Date),
    Column("promised_due", Date),
    Column("statutory_due", Date),
    # The ledger's newest entry about how the case stands; empty for a draft.
    Column("entry", String(36), nullable=False, server_default="", index=True),
)

step = Table(
    "services_step",
    metadata,
    _case(),
    Column("step", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("department", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("clerk", String(36), nullable=False),
    Column("opened_at", Instant),
    Column("done_at", Instant),
    Column("outcome", String(20)),
    sealed("opinion", "case_id", "step", nullable=True),
    Column("second_look", String(20)),
    Column("asked_again_at", Instant),
    Column("looked_again_at", Instant),
    UniqueConstraint("case_id", "step"),
    Index("ix_services_step_inbox", "department", "state", "clerk"),
)

at_hand = Table(
    "services_at_hand",
    metadata,
    _case(),
    Column("step", String(100), nullable=False),
    # On the days from here until before there the row stands as it says.
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("department", String(100), nullable=False),
    # By its characters, whatever a database's language is: a list is in the order of numbers.
    Column(
        "number",
        String(50).with_variant(String(50, collation="C"), "postgresql"),
        nullable=False,
    ),
    Column("service", String(200), nullable=False),
    Column("service_version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("duty", String(100), nullable=False),
    Column("clerk", String(36), nullable=False),
    Column("again", Boolean, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("yellow_from", Date, nullable=False),
    Column("red_from", Date, nullable=False),
    Column("lapsed_from", Date, nullable=False),
    PrimaryKeyConstraint("case_id", "step", "from_on"),
    # What counts and what lists ask stands in the index itself: no row is looked at that is not shown.
    Index(
        "ix_services_at_hand_counted",
        "department", "service", "kind", "duty", "clerk", "again", "waits",
        "from_on", "until_on", "yellow_from", "red_from", "lapsed_from", "service_version",
    ),
    Index(
        "ix_services_at_hand_due",
        "department", "due_on", "number", "step",
        "clerk", "again", "waits", "duty", "service", "kind",
        "from_on", "until_on", "yellow_from", "red_from", "lapsed_from",
    ),
    Index("ix_services_at_hand_number", "department", "number", "step"),
    Index("ix_services_at_hand_clerk", "department", "clerk", "due_on", "number", "step"),
)  # fmt: skip
"""What somebody has something to do about, as lists ask for it; ``rules/pressing`` says the days."""

reckoned = Table(
    "services_reckoned",
    metadata,
    # What is kept of days, by which calendar all of it was reckoned, and how far another has come.
    Column("what", String(20), primary_key=True),
    Column("calendar", String(64), nullable=False),
    Column("towards", String(64), nullable=False),
    Column("after", String(36), nullable=False),
)

value = Table(
    "services_value",
    metadata,
    _case(),
    Column("key", String(200), nullable=False),
    sealed("content", "case_id", "key"),
    Column("origin", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("resource", String(64), nullable=False),
    Column("provider", String(100), nullable=False),
    Column("disclosure", String(36), nullable=False),
    Column("ledger_entry", String(36), nullable=False),
    Column("settled", String(20)),
    UniqueConstraint("case_id", "key"),
)

consent = Table(
    "services_consent",
    metadata,
    _case(),
    Column("number", Integer, nullable=False),
    Column("resource", String(64), nullable=False),
    Column("choice", String(20), nullable=False),
    Column("brought", String(20), nullable=False),
    Column("fault", String(100), nullable=False),
    # The elements that are held and could not be read: [] for none.
    Column("unfit", Json, nullable=False),
    Column("use", String(36), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("case_id", "number"),
)

objection = Table(
    "services_objection",
    metadata,
    _case(),
    Column("key", String(200), nullable=False),
    # What was said against a value that is not fetched at present: its type, claim and note.
    sealed("content", "case_id", "key"),
    UniqueConstraint("case_id", "key"),
)

attachment = Table(
    "services_attachment",
    metadata,
    Column("id", String(36), primary_key=True),
    _case(),
    Column("material", String(100), nullable=False),
    sealed("file_name", "case_id", "id", "digest"),
    Column("media_type", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_services_attachment_case", "case_id"),
    Index("ix_services_attachment_digest", "digest"),
)

correction = Table(
    "services_correction",
    metadata,
    _case(),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", String(36), nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("due", Date),
    Column("days", Integer, nullable=False),
    Column("from_state", String(20), nullable=False),
    sealed("items", "case_id"),
    Column("supplied_on", Date),
    Column("supplied_at", Instant),
    sealed("answer", "case_id", nullable=True),
    sealed("changes", "case_id", nullable=True),
    UniqueConstraint("case_id"),
)

decision = Table(
    "services_decision",
    metadata,
    _case(),
    Column("outcome", String(20), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("decided_by", String(36), nullable=False),
    sealed("by_name_sealed", "case_id", nullable=True),
    Column("department", String(100), nullable=False),
    sealed("words", "case_id"),
    Column("proposed", String(20), nullable=False),
    Column("follows_proposal", Boolean, nullable=False),
    Column("ledger_entry", String(36), nullable=False),
    UniqueConstraint("case_id"),
)

opening = Table(
    "services_opening",
    metadata,
    Column("entry", String(36), primary_key=True),
    _case(),
    # What is behind a ledger entry's commitment: facts and salt, forgotten together.
    sealed("content", "case_id", "entry"),
    # What its facts speak of: 0 without what was done and handed in, as releases before wrote it.
    Column("form", Integer, nullable=False, server_default="0"),
    Index("ix_services_opening_case", "case_id"),
)

happening = Table(
    "services_happening",
    metadata,
    Column("id", String(36), primary_key=True),
    _case(),
    # Lines of one unit have one time, so their order is kept.
    Column("position", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", String(40), nullable=False),
    Column("actor", String(36), nullable=False),
    sealed("actor_name", "case_id", "id"),
    Column("department", String(100), nullable=False),
    Column("step", String(100), nullable=False),
    sealed("words", "case_id", "id", nullable=True),
    Column("internal", Boolean, nullable=False),
    UniqueConstraint("case_id", "position"),
)

seen = Table(
    "services_seen",
    metadata,
    Column("account", String(36), primary_key=True),
    Column(
        "case_id",
        String(36),
        ForeignKey("services_case.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("at", Instant, nullable=False),
)

numbering = Table(
    "services_numbering",
    metadata,
    Column("department", String(100), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
)

sequence = Table(
    "services_sequence",
    metadata,
    Column("department", String(100), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)

listing = Table(
    "services_listing",
    metadata,
    Column("code", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("department", String(100), nullable=False, index=True),
    Column("type", String(10), nullable=False, index=True),
    Column("name", Json, nullable=False),
    Column("summary", Json, nullable=False),
    Column("audience", String(40), nullable=False),
    Column("visits", Integer),
    Column("promised_days", Integer),
    Column("promised_unit", String(20), nullable=False),
    Index("ix_services_listing_order", "position", "code"),
)

listing_tag = Table(
    "services_listing_tag",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("value", String(100), primary_key=True),
    Column("code", String(200), primary_key=True, index=True),
)
"""What a service has several of: ``audience`` and ``life_event``."""

words = TextIndex("services_service_text")
