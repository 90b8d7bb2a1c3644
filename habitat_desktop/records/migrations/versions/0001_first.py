"""Records, drafts, revisions, the waiting room, packages, peers and attachments."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Column = sa.Column[Any]
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CONTENT = sa.Text().with_variant(postgresql.JSONB(), "postgresql")  # the text a revision is the hash of


def text(name: str, nullable: bool = False) -> Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def number(name: str, nullable: bool = False) -> Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def document(name: str) -> Column:
    return sa.Column(name, JSON, nullable=False)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def of_record(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["office", "record_id"],
        ["records.office", "records.record_id"],
        name=f"fk_{table}_records",
        deferrable=True,
        initially="DEFERRED",
    )


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    about_this_database()
    about_records()
    about_exchange()


def about_this_database() -> None:
    op.create_table(
        "installation",
        text("office"),
        text("installation"),
        number("ordinal"),
        text("made_at"),
        text("reason"),
        text("program"),
        key("installation", "office", "installation"),
    )
    op.create_table("counters", text("office"), text("name"), number("value"), key("counters", "office", "name"))


def about_records() -> None:
    op.create_table(
        "records",
        *(text(name) for name in ("office", "record_id", "label", "form_id", "form_version", "country", "period")),
        *(text(name) for name in ("subject", "state")),
        number("package_number", nullable=True),
        document("heads"),
        sa.Column("has_draft", sa.Boolean(), nullable=False),
        *(number(name) for name in ("revisions", "answered", "missing", "problems")),
        *(text(name) for name in ("updated_at", "updated_by", "search")),
        key("records", "office", "record_id"),
    )
    index("records", "record_id")
    index("records", "label")
    index("records", "state")
    index("records", "updated_at")
    index("records", "office", "form_id", "country", "period")
    op.create_table(
        "drafts",
        *(text(name) for name in ("office", "record_id", "saved_at", "saved_by")),
        document("document"),
        key("drafts", "office", "record_id"),
        of_record("drafts"),
    )
    op.create_table(
        "revisions",
        *(text(name) for name in ("office", "revision_id", "record_id", "installation")),
        number("number"),
        number("generation"),
        document("parents"),
        text("kind"),
        number("package_number", nullable=True),
        text("received_at", nullable=True),
        sa.Column("document", CONTENT, nullable=False),
        key("revisions", "office", "revision_id"),
        of_record("revisions"),
        sa.UniqueConstraint("office", "installation", "number", name="uq_revisions_office_installation_number"),
    )
    index("revisions", "revision_id")
    index("revisions", "office", "record_id")
    op.create_table(
        "waiting_revisions",
        *(text(name) for name in ("office", "revision_id", "record_id", "installation")),
        number("number"),
        document("missing"),
        number("package_number", nullable=True),
        text("received_at", nullable=True),
        sa.Column("document", CONTENT, nullable=False),
        key("waiting_revisions", "office", "revision_id"),
    )
    index("waiting_revisions", "office", "record_id")
    op.create_table(
        "attachments",
        *(text(name) for name in ("office", "sha256", "name", "media_type")),
        number("size"),
        key("attachments", "office", "sha256"),
    )


def about_exchange() -> None:
    op.create_table(
        "packages",
        *(text(name) for name in ("office", "direction", "installation")),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        *(text(name) for name in ("payload_sha256", "file_name", "made_at")),
        number("records"),
        number("revisions"),
        *(text(name) for name in ("status", "receipt_at", "note")),
        key("packages", "office", "direction", "installation", "number", "payload_sha256"),
    )
    index("packages", "payload_sha256")
    index("packages", "made_at")
    op.create_table(
        "package_revisions",
        *(text(name) for name in ("office", "revision_id", "payload_sha256")),
        key("package_revisions", "office", "revision_id", "payload_sha256"),
        sqlite_with_rowid=False,
    )
    index("package_revisions", "payload_sha256")
    op.create_table(
        "peers",
        text("office"),
        text("installation"),
        number("ordinal"),
        number("number"),
        text("noted_at"),
        document("have"),
        key("peers", "office", "installation"),
    )
