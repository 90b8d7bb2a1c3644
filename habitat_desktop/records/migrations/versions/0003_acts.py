"""Acts of the conversation, and how far the other side has them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CONTENT = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "acts",
        text("office"),
        text("installation"),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        *(text(name) for name in ("act_id", "kind", "record_id", "revision_id", "about")),
        sa.Column("after", JSON, nullable=False),
        text("signature"),
        sa.Column("document", CONTENT, nullable=False),
        sa.PrimaryKeyConstraint("office", "installation", "number", name="pk_acts"),
    )
    op.create_index("ix_acts_act_id", "acts", ["act_id"])
    op.create_index("ix_acts_kind", "acts", ["kind"])
    op.create_index("ix_acts_office_record_id", "acts", ["office", "record_id"])
    for name in ("have_acts", "taken"):
        op.add_column("peers", sa.Column(name, JSON, nullable=False, server_default="{}"))
    op.add_column("packages", sa.Column("acts", sa.Integer(), nullable=False, server_default="0"))
