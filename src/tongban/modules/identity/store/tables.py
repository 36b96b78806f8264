"""Identity's tables. Columns named ``*_sealed`` hold personal text under the keyring; those named
``bound`` say what a row lets whom do, so that nobody without the keys writes or changes it: a row
without lets nobody do anything."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
)

from tongban.kit.db import Instant, Json, metadata, sealed

person = Table(
    "identity_person",
    metadata,
    Column("id", String(36), primary_key=True),
    sealed("number_sealed", "id", "number_index"),
    Column("number_index", String(64), nullable=False, unique=True),
    sealed("name_sealed", "id", "number_index"),
    Column("made_at", Instant, nullable=False),
)

organisation = Table(
    "identity_organisation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("credit_code", String(18), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
)

mandate = Table(
    "identity_mandate",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("person", ForeignKey("identity_person.id"), nullable=False, index=True),
    Column("organisation", ForeignKey("identity_organisation.id"), nullable=False, index=True),
    Column("begins", Date, nullable=False),
    Column("ends", Date),
    Column("revoked", Boolean, nullable=False),
    sealed("bound", "id", "person", "organisation", nullable=True),
)

account = Table(
    "identity_account",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    sealed("name_sealed", "id"),
    sealed("address_sealed", "id", nullable=True),
    Column("department", String(64), nullable=False, index=True),
    Column("roles", Json, nullable=False),
    Column("language", String(5), nullable=False),
    Column("demonstration", Boolean, nullable=False),
    Column("person", ForeignKey("identity_person.id"), index=True),
    sealed("person_sealed", "id", nullable=True),
    Column("made_at", Instant, nullable=False),
    # The ledger's newest entry about what the account may do, and what opens it; of staff only.
    Column("entry", String(36), nullable=False, server_default="", index=True),
    Column("salt", LargeBinary),
)

password = Table(
    "identity_password",
    metadata,
    Column("account", ForeignKey("identity_account.id"), primary_key=True),
    sealed("hash_sealed", "account", nullable=True),
    Column("changed_at", Instant, nullable=False),
)

session = Table(
    "identity_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("account", ForeignKey("identity_account.id"), nullable=False, index=True),
    Column("way", String(15), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("mandate", ForeignKey("identity_mandate.id")),
    sealed("bound", "token_hash", "id", "account", "way", nullable=True),
)

attempt = Table(
    "identity_attempt",
    metadata,
    # The keyed hash of what was typed as login: there is a row whether or not the account exists.
    # Or that of a network from which attempts came.
    Column("login_index", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
    Column("locked_until", Instant),
)

link = Table(
    "identity_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", ForeignKey("identity_account.id"), index=True),
    Column("purpose", String(10), nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used", Boolean, nullable=False),
    sealed("bound", "token_hash", "purpose", nullable=True),
)
