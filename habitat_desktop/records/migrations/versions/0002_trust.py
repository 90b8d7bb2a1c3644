"""Keys and key lists, who signed a package, what was changed in Excel, merges under way."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=False)


def document(name: str) -> sa.Column[Any]:
    return sa.Column(name, JSON, nullable=False)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def upgrade() -> None:
    op.add_column("packages", sa.Column("key_id", sa.Text(), nullable=False, server_default=""))
    op.add_column("packages", sa.Column("findings", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "trusted_keys",
        *(text(name) for name in ("office", "key_id", "public_key", "recipient", "role", "installation")),
        *(text(name) for name in ("name", "state", "changed_at", "changed_by", "reason")),
        number("list_number"),
        document("covered"),
        key("trusted_keys", "office", "key_id"),
    )
    op.create_index("ix_trusted_keys_key_id", "trusted_keys", ["key_id"])
    op.create_table(
        "key_lists",
        text("office"),
        number("number"),
        *(text(name) for name in ("sha256", "signed_by", "signature", "made_at")),
        document("document"),
        key("key_lists", "office", "number"),
    )
    op.create_table(
        "findings",
        *(text(name) for name in ("office", "file_sha256")),
        number("ordinal"),
        *(text(name) for name in ("payload_sha256", "record_id", "code", "noted_at", "handled")),
        document("document"),
        key("findings", "office", "file_sha256", "ordinal"),
    )
    op.create_index("ix_findings_payload_sha256", "findings", ["payload_sha256"])
    op.create_table(
        "merges",
        *(text(name) for name in ("office", "record_id", "changed_at", "changed_by")),
        document("document"),
        key("merges", "office", "record_id"),
    )
    op.create_table(
        "held",
        *(text(name) for name in ("office", "installation")),
        document("ranges"),
        key("held", "office", "installation"),
    )
    columns = ["office", "direction", "status", "receipt_at"]
    op.create_index("ix_packages_office_direction_status_receipt_at", "packages", columns)
    unconfirmed = sa.text("received_at IS NULL")
    op.create_index(
        "ix_revisions_unconfirmed",
        "revisions",
        ["office"],
        sqlite_where=unconfirmed,
        postgresql_where=unconfirmed,
    )
    fill_held()


def fill_held() -> None:
    held = sa.table("held", sa.column("office"), sa.column("installation"), sa.column("ranges", JSON))
    found: dict[tuple[str, str], list[list[int]]] = {}
    rows = sa.text("SELECT office, installation, number FROM revisions ORDER BY office, installation, number")
    for office, installation, one in op.get_bind().execute(rows):
        ranges = found.setdefault((office, installation), [])
        if ranges and ranges[-1][1] == one - 1:
            ranges[-1][1] = one
        else:
            ranges.append([one, one])
    if found:
        op.bulk_insert(
            held,
            [
                {"office": office, "installation": installation, "ranges": ranges}
                for (office, installation), ranges in found.items()
            ],
        )
