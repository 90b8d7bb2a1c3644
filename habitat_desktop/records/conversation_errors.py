"""What can be said of a query, a proposal, a reply or a decision that cannot be written."""

from habitat_desktop.errors import N_, HabitatError


class QueryNotFoundError(HabitatError):
    code = "QUERY_NOT_FOUND"
    message = N_(
        "No query is called “{query}” here. Nothing was written. Perhaps it has not come yet: take in the "
        "newest package, then list what is asked with: habitat query list"
    )


class QueryUnclearError(HabitatError):
    code = "QUERY_UNCLEAR"
    message = N_("“{query}” can mean several queries: {names}. Nothing was written. Say which one.")


class QueryClosedError(HabitatError):
    code = "QUERY_CLOSED"
    message = N_("Headquarters has closed {query}. Nothing was written; it needs no answer any more.")


class QueryAnsweredError(HabitatError):
    code = "QUERY_ANSWERED"
    message = N_(
        "{person} has answered {query} already. Nothing was written. To change the answer of the record once "
        "more, change the record: habitat record edit {label}"
    )


class NotAProposalError(HabitatError):
    code = "NOT_A_PROPOSAL"
    message = N_("{query} proposes no value: reply to it with: habitat query reply {query} --text TEXT")


class ProposalOpenError(HabitatError):
    code = "PROPOSAL"
    message = N_(
        "{query} proposes a value. Nothing was written.\n"
        "To take it: habitat query agree {query}\n"
        "To refuse it: habitat query refuse {query} --reason TEXT\n"
        "To give another value: habitat query reply {query} --value VALUE"
    )


class NoWordsError(HabitatError):
    code = "NO_WORDS"
    message = N_("A reply needs words, a value or both. Nothing was written.")


class NoValueError(HabitatError):
    code = "NO_VALUE"
    message = N_(
        "No value was given. Nothing was written. Where there is none, give “not available” with its reason."
    )


class SaysThatAlreadyError(HabitatError):
    code = "SAYS_THAT_ALREADY"
    message = N_("{label}, “{question}”: the record says that already. Nothing was written.")


class ValueDoesNotFitError(HabitatError):
    code = "VALUE_DOES_NOT_FIT"
    message = N_("“{question}” does not take this value: {problem} Nothing was changed.")


class RulesDoNotHoldError(HabitatError):
    """With the new value the record as a whole cannot be finalized."""

    code = "RULES_DO_NOT_HOLD"
    message = N_(
        "With this value the rules of the form do not hold in {label}. “{question}”: {problem} Nothing was "
        "changed. Change the record in the form, finalize it, then reply in words."
    )


class NotByValueError(HabitatError):
    code = "NOT_BY_VALUE"
    message = N_(
        "“{question}” holds an attached file, which cannot be given as a value. Nothing was changed. Attach "
        "it in the form, then reply in words."
    )


class NotAskedNowError(HabitatError):
    code = "NOT_ASKED_NOW"
    message = N_(
        "With the other answers of {label} the form does not ask “{question}”. Nothing was changed. "
        "Reply in words instead."
    )


class EntryGoneError(HabitatError):
    code = "ENTRY_GONE"
    message = N_(
        "{query} is about an entry that is no longer in {label}. Nothing was changed. Reply in words instead."
    )


class QuestionUnknownError(HabitatError):
    code = "QUESTION_UNKNOWN"
    message = N_(
        "The record {label} has no question “{ref}”. Nothing was written. "
        "See its questions with: habitat record show {label}"
    )


class RecordWithdrawnError(HabitatError):
    code = "RECORD_WITHDRAWN"
    message = N_(
        "The office {office} has taken back the record {label}: there is nothing to ask or decide. "
        "Nothing was written. It can be asked about again when the office brings it back."
    )


class RecordNotHereError(HabitatError):
    code = "RECORD_NOT_HERE"
    message = N_(
        "Nothing of the record {label} is final here: it is a draft, or waits for an earlier revision. "
        "Nothing was written."
    )


class AcceptedAlreadyError(HabitatError):
    code = "ACCEPTED_ALREADY"
    message = N_("The record {label} is accepted already, by {person}. Nothing was written.")
