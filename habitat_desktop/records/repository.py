"""The store's face: what saves, revises, finds and lists records. Functions take a Session first."""

from habitat_desktop.records.attachments import add_attachment, attach, find_attachment
from habitat_desktop.records.drafts import create_draft, discard_draft, find_draft, save_draft
from habitat_desktop.records.listing import (
    count_by_state,
    find_record,
    ids_with_states,
    known_values,
    list_ids,
    list_records,
    summaries,
)
from habitat_desktop.records.numbering import installation, new_label
from habitat_desktop.records.revisions import (
    add_revision,
    add_revisions,
    count_revisions,
    count_waiting,
    current,
    finalize,
    history,
    previous_of,
    revision,
    waiting_room,
    withdraw,
)
from habitat_desktop.records.summaries import owner_elsewhere

__all__ = [
    "add_attachment",
    "add_revision",
    "add_revisions",
    "attach",
    "count_by_state",
    "count_revisions",
    "count_waiting",
    "create_draft",
    "current",
    "discard_draft",
    "finalize",
    "find_attachment",
    "find_draft",
    "find_record",
    "history",
    "ids_with_states",
    "installation",
    "known_values",
    "list_ids",
    "list_records",
    "new_label",
    "owner_elsewhere",
    "previous_of",
    "revision",
    "save_draft",
    "summaries",
    "waiting_room",
    "withdraw",
]
