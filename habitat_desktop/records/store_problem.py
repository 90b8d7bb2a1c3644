"""What can be wrong in a store, each with its code, its place and its sentence."""

from dataclasses import dataclass

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _

TEXTS = {
    "PAGES": N_("The file of the database is damaged: its pages do not fit together ({detail})."),
    "TABLES": N_("A part of the database cannot be read, and what stands there was not checked ({detail})."),
    "HASH": N_("Revision {number} of {label} is not what its checksum says."),
    "UNREADABLE": N_("Revision {number} of {label} cannot be read."),
    "COLUMNS": N_("Revision {number} of {label}: “{detail}” in the table is not what the revision says."),
    "PARENT": N_("Revision {number} of {label} lacks its parent {detail}."),
    "OTHER_RECORD": N_("Revision {number} of {label} stands on a revision of another record: {detail}."),
    "GENERATION": N_("Revision {number} of {label} is counted in a wrong place: {detail}."),
    "NUMBER": N_("Revision {number} of the installation {detail} is gone."),
    "COUNTER": N_("Revision {number} of {label} has a number that was never given: {detail}."),
    "SUMMARY": N_("The list shows {label} wrongly: “{detail}”."),
    "SUMMARY_GONE": N_("The record of revision {number} of {label} is missing in the list."),
    "SUMMARY_LEFT": N_("The list shows {label}, of which there is neither a revision nor a draft."),
    "HELD": N_("What is noted as being here of the installation {detail} is not what is here."),
    "WAITING": N_("Revision {number} of {label} waits although nothing is missing: {detail}."),
    "DRAFT": N_("The draft of {label} cannot be read."),
    "DRAFT_PARENT": N_("The draft of {label} stands on a revision that is not here: {detail}."),
    "ATTACHMENT_GONE": N_("The file “{detail}”, attached to {label}, is gone: {file}"),
    "ATTACHMENT_CHANGED": N_(
        "The file “{detail}”, attached to {label}, is not what its checksum says: {file}"
    ),
    "ATTACHMENT_UNKNOWN": N_("A file attached to {label} is not noted: {detail}."),
    "ACT_HASH": N_("Entry {number} of the journal {label} is not what its checksum says: {act_id}."),
    "ACT_UNREADABLE": N_("Entry {number} of the journal {label} cannot be read: {act_id}."),
    "ACT_COLUMNS": N_(
        "Entry {number} of the journal {label}: “{detail}” in the table is not what the entry says."
    ),
    "ACT_LINK": N_("Entry {number} of the journal {label} does not follow the one before it: {act_id}."),
    "ACT_GONE": N_("Of the journal {label} the entries {number} to {detail} are not here."),
    "ACT_TAIL": N_(
        "Of the journal {label} the entries {number} to {detail} are not here, though the other side has "
        "them."
    ),
    "ACT_LOST": N_("Entry {number} of the journal {label} is not here, though {detail} holds it: {file}"),
    "ACT_SIGNATURE": N_("The signature of entry {number} of the journal {label} is not right: {act_id}."),
    "ACT_KEY": N_(
        "Entry {number} of the journal {label} is signed with a key that is not here, though it counts as "
        "written here: {act_id}."
    ),
    "ACT_ROLE": N_(
        "Entry {number} of the journal {label} is nothing its writer may do ({detail}): {act_id}."
    ),
    "ACT_NOBODY": N_("Entry {number} of the journal {label} names no person: {act_id}."),
    "ACT_WHY": N_("Entry {number} of the journal {label} gives no reason: {act_id}."),
    "PACKAGE_GONE": N_("The stored package {detail} is gone: {file}"),
    "PACKAGE_CLOSED": N_(
        "The stored package {label} is encrypted and no key here opens it ({detail}): {file}"
    ),
    "PACKAGE_DAMAGED": N_("The stored package {label} cannot be read ({detail}): {file}"),
    "PACKAGE_CHANGED": N_("The stored package {label} has other contents than were noted: {file}"),
    "RELEASE_DAMAGED": N_(
        "“{detail}”, which headquarters released, was changed since and is passed over: {file} "
        "To install it again: habitat release install"
    ),
}


@dataclass(frozen=True)
class StoreProblem:
    """Something that does not hold, and where.

    `number` is that of a revision, or of an act in the chain that `label` names; `file` is a path or "".
    """

    code: str
    label: str = ""
    number: int = 0
    revision_id: str = ""
    file: str = ""
    detail: str = ""
    act_id: str = ""

    @property
    def text(self) -> str:
        """The sentence in English, for logs."""
        return TEXTS[self.code].format(**vars(self))

    @property
    def sentence(self) -> str:
        """The sentence in the language spoken now."""
        return _(TEXTS[self.code]).format(**vars(self))
