"""What can be said of a merge, a correction or a withdrawal that cannot be done."""

from habitat_desktop.errors import N_, HabitatError


class NothingToMergeError(HabitatError):
    code = "NOTHING_TO_MERGE"
    message = N_(
        "The record {label} has one current version: there is nothing to merge. Nothing was changed. "
        "List what is to be merged with: habitat merge list"
    )


class NotMergedError(HabitatError):
    """`context["rows"]` holds the open rows."""

    code = "MERGE_OPEN"
    message = N_(
        "The merge of {label} is not finished: open questions: {count}, the first is {ref}. Every decision "
        "so far is kept; decide with: habitat merge take ID --ref REF --side A"
    )


class UnknownRowError(HabitatError):
    code = "UNKNOWN_ROW"
    message = N_(
        "The merge of {label} has no row “{ref}”. Nothing was decided; "
        "see the rows with: habitat merge show ID"
    )


class UnknownSideError(HabitatError):
    code = "UNKNOWN_SIDE"
    message = N_("The merge of {label} has no side “{side}”, only: {sides}. Nothing was decided.")


class NothingToUndoError(HabitatError):
    code = "NOTHING_TO_UNDO"
    message = N_("In the merge of {label} nothing was decided that could be taken back. Nothing was changed.")


class PersonNeededError(HabitatError):
    code = "PERSON_NEEDED"
    message = N_(
        "The record {label} stays as it is: nobody is named who answers for this. Say who with --person, or "
        "enter yourself on the page Settings."
    )


class ReasonNeededError(HabitatError):
    code = "REASON_NEEDED"
    message = N_(
        "The record {label} stays as it is: a reason is needed, which is kept in its history. "
        "Give it with --reason."
    )


class FormVersionMissingError(HabitatError):
    code = "FORM_VERSION_MISSING"
    message = N_(
        "The sides of {label} are of different versions of the form, and one of them is not installed here. "
        "Nothing was changed. Install it with: habitat form add FILE"
    )
