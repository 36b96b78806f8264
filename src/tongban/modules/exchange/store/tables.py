"""Tables of exchange: grants, uses, disclosures, clients."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tongban.kit.db import Instant, Json, metadata, sealed

grants = Table(
    "exchange_grant",
    metadata,
    Column("code", String(80), primary_key=True),
    Column("resource", String(64), nullable=False),
    Column("provider", String(100), nullable=False, index=True),
    Column("department", String(100), nullable=False),
    Column("items", Json, nullable=False),
    Column("masked", Json, nullable=False),
    Column("purpose", Json, nullable=False),
    Column("services", Json, nullable=False),
    Column("basis", Json, nullable=False),
    Column("rests_on", String(10), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("delivery", String(10), nullable=False),
    Column("without_case", Json),
    Column("state", String(20), nullable=False, index=True),
    Column("origin", String(10), nullable=False),
    Column("asked_by", String(36), nullable=False),
    Column("asked_at", Instant),
    Column("answer_by", Date),
    Column("decided_by", String(36), nullable=False),
    Column("decided_at", Instant),
    Column("reason", Text, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", String(20)),
    Column("entry", String(36), nullable=False),
    # Hides what the entry commits to; none where it was given before entries committed to all of it.
    Column("salt", LargeBinary),
    Index("ix_exchange_grant_department_resource", "department", "resource"),
    Index("ix_exchange_grant_entry", "entry"),
)

purposes = Table(
    "exchange_purpose",
    metadata,
    Column("code", String(100), primary_key=True),
    Column("departments", Json, nullable=False),
    Column("name", Json, nullable=False),
    Column("clause", Json, nullable=False),
)

uses = Table(
    "exchange_use",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_number", String(50), nullable=False, index=True),
    Column("draft", Boolean, nullable=False),
    Column("service", String(100), nullable=False),
    Column("service_name", Json, nullable=False),
    Column("department", String(100), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_index", String(64), nullable=False),
    sealed("subject_sealed", "id", "subject_index"),
    Column("resource", String(64), nullable=False),
    Column("elements", Json, nullable=False),
    Column("purpose", Json, nullable=False),
    Column("basis", String(10), nullable=False),
    Column("clause", Json, nullable=False),
    Column("state", String(10), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
)

disclosures = Table(
    "exchange_disclosure",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_index", String(64), nullable=False),
    sealed("subject_sealed", "id", "subject_index"),
    Column("department", String(100), nullable=False),
    Column("provider", String(100), nullable=False),
    Column("service", String(100), nullable=False),
    Column("purpose", Json, nullable=False),
    Column("basis", String(10), nullable=False),
    Column("clause", Json, nullable=False),
    Column("resource", String(64), nullable=False),
    Column("elements", Json, nullable=False),
    Column("masked", Json, nullable=False),
    Column("case_number", String(50), nullable=False),
    Column("grant_code", String(80), nullable=False),
    Column("use_id", String(36), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("reason", String(80), nullable=False),
    # The reason for each element that was not given because what is held does not fit: {} for none.
    Column("unfit", Json, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("commitment_salt", LargeBinary, nullable=False),
    Column("entry", String(36), nullable=False),
    # Who asked the interface (kind:account), and on which occasion without a case: empty for others.
    Column("asked_by", String(90), nullable=False),
    Column("occasion", String(80), nullable=False),
    Column("occasion_name", Json, nullable=False),
    Column("occasion_reference", String(40), nullable=False),
    # Local date from which on the person sees it, and by which law: NULL where they see it at once.
    Column("shown_on", Date),
    Column("kept_back_by", Json),
    Index("ix_exchange_disclosure_shown_on", "shown_on"),
    Index("ix_exchange_disclosure_subject_index_id", "subject_index", "id"),
    Index("ix_exchange_disclosure_grant_code", "grant_code"),
    Index("ix_exchange_disclosure_case_number", "case_number"),
    Index("ix_exchange_disclosure_asked_by_at", "asked_by", "at"),
    Index("ix_exchange_disclosure_entry", "entry"),
)

chain = Table(
    "exchange_chain",
    metadata,
    # Every entry about somebody in its order: whose by keyed hash, and "-" for what they see at once or
    # the day on which it appears, which has a chain of its own, so that nothing tells of it before.
    Column("who", String(64), primary_key=True),
    Column("name", String(10), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("entry", String(36), nullable=False),
    Column("head", String(64), nullable=False),
    Index("ix_exchange_chain_entry", "entry", unique=True),
)

work = Table(
    "exchange_work",
    metadata,
    # Who works on a running case, as its service says it: no row, and nothing is read for the case.
    Column("case_number", String(50), primary_key=True),
    Column("department", String(100), primary_key=True),
    # Empty for a department's systems alone.
    Column("duty", String(100), primary_key=True),
    # The account in whose hands the step is; empty where it is in nobody's.
    Column("holder", String(36), primary_key=True),
    # What of the subject the step needs: [] for nothing now, NULL for everything.
    Column("elements", Json),
    Column("masked", Json, nullable=False),
    # Over all of the row, in this order: a right to read that was written without the keys is none.
    Column("authenticator", LargeBinary),
)

tallies = Table(
    "exchange_tally",
    metadata,
    # How often something was done in a period that began then, and how often it may be at most.
    Column("kind", String(10), primary_key=True),
    Column("who", String(180), primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    Index("ix_exchange_tally_since", "since"),
)

looks = Table(
    "exchange_look",
    metadata,
    Column("id", String(36), primary_key=True),
    # The government's local date: looks of one account at one case for one step are counted on within it.
    Column("day", Date, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_index", String(64), nullable=False),
    sealed("subject_sealed", "id", "subject_index"),
    Column("account", String(36), nullable=False),
    Column("department", String(100), nullable=False),
    Column("step", String(100), nullable=False),
    Column("post", Json, nullable=False),
    Column("case_number", String(50), nullable=False),
    Column("service", String(200), nullable=False),
    Column("service_name", Json, nullable=False),
    Column("elements", Json, nullable=False),
    Column("names", Json, nullable=False),
    Column("reason", String(20), nullable=False),
    sealed("words", "id", "subject_index", nullable=True),
    # Of what opens the ledger entry; NULL only until a look of an earlier release is recorded as found.
    Column("commitment_salt", LargeBinary),
    Column("entry", String(36), nullable=False),
    Index("ix_exchange_look_entry", "entry"),
    Index("ix_exchange_look_subject_index_id", "subject_index", "id"),
    Index("ix_exchange_look_case_number_day", "case_number", "day"),
)

agreements = Table(
    "exchange_agreement",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("grant_code", String(80), nullable=False),
    Column("provider", String(100), nullable=False, index=True),
    Column("department", String(100), nullable=False, index=True),
    Column("resource", String(64), nullable=False),
    Column("reader", String(90), nullable=False, index=True),
    Column("asked_by", String(36), nullable=False, index=True),
    Column("occasion", String(80), nullable=False),
    Column("occasion_name", Json, nullable=False),
    Column("occasion_reference", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("until", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("decided_by", String(36), nullable=False),
    Column("decided_at", Instant),
    Column("reason", Text, nullable=False),
    Column("used", Integer, nullable=False),
    Column("entry", String(36), nullable=False),
    # Hides what the entry commits to; none where it was made before entries committed to anything.
    Column("salt", LargeBinary),
    Index("ix_exchange_agreement_entry", "entry"),
)

alarms = Table(
    "exchange_alarm",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("who", String(90), nullable=False),
    Column("department", String(100), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("day", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
    Column("usual", Integer, nullable=False),
    Column("entry", String(36), nullable=False),
    Column("state", String(10), nullable=False),
    Column("words", Text, nullable=False),
    Column("looked_by", String(36), nullable=False),
    Column("looked_at", Instant),
    # The entry that says how the alarm stands, and what hides what it commits to.
    Column("status_entry", String(36), nullable=False, server_default=""),
    Column("salt", LargeBinary),
    Index("ix_exchange_alarm_status_entry", "status_entry"),
    UniqueConstraint("who", "kind", "day"),
)

alarm_providers = Table(
    "exchange_alarm_provider",
    metadata,
    Column("alarm", String(36), primary_key=True),
    Column("provider", String(100), primary_key=True),
    Index("ix_exchange_alarm_provider_provider", "provider"),
)

clients = Table(
    "exchange_client",
    metadata,
    Column("code", String(80), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("department", String(100), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    # Says whether the key is good, so that nobody without the government's keys lets a system in.
    sealed("bound", "code", "department", "key_hash", nullable=True),
)

unanswered = Table(
    "exchange_unanswered",
    metadata,
    Column("resource", String(64), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)

unfit = Table(
    "exchange_unfit",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("resource", String(64), primary_key=True),
    Column("element", String(100), primary_key=True),
    Column("reason", String(30), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)
