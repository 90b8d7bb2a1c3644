"""What can be wrong with an expected return, or with what somebody says about one."""

from typing import ClassVar

from habitat_desktop.errors import N_, HabitatError


class ExpectedError(HabitatError):
    """`column` is the column of the register it is about, "" for none."""

    code = "EXPECTED"
    column: ClassVar[str] = ""


class UnknownExpectedError(ExpectedError):
    code = "EXPECTED_UNKNOWN"
    message = N_(
        "No expected return is called “{name}” here. Nothing was changed. List them with: habitat expected "
        "list"
    )


class AmbiguousExpectedError(ExpectedError):
    code = "EXPECTED_AMBIGUOUS"
    message = N_("Several expected returns begin with “{name}”. Nothing was changed. Write more of it.")


class ExpectedFormError(ExpectedError):
    code = "EXPECTED_FORM"
    column = "form_id"
    message = N_("No form is called “{form_id}”. List them with: habitat form list")


class ExpectedOfficeError(ExpectedError):
    code = "EXPECTED_OFFICE"
    column = "office"
    message = N_(
        "Headquarters knows no office “{office}”: nothing has come from there and none of its keys is "
        "trusted. If the office is new, add --new-offices."
    )


class ExpectedCodeError(ExpectedError):
    code = "EXPECTED_OFFICE_CODE"
    column = "office"
    message = N_("“{office}” is not an office code: 2 to 8 letters and digits.")


class ExpectedCountryError(ExpectedError):
    code = "EXPECTED_COUNTRY"
    column = "country"
    message = N_("“{country}” is not an ISO 3166-1 alpha-3 country code, such as KEN.")


class ExpectedPeriodError(ExpectedError):
    code = "EXPECTED_PERIOD"
    column = "period"
    message = N_("“{period}” is not a period: write 2026-H1, 2026-H2, 2026, 2026-2027 or 2026-adhoc.")


class ExpectedDateError(ExpectedError):
    code = "EXPECTED_DATE"
    column = "due"
    message = N_("“{due}” is not a date of the calendar: write it as 2026-07-31.")


class DueTooEarlyError(ExpectedError):
    code = "EXPECTED_DUE_EARLY"
    column = "due"
    message = N_("The due date {due} is before the period {period} begins.")


class AlreadyExpectedError(ExpectedError):
    code = "EXPECTED_ALREADY"
    message = N_(
        "This return is expected already: {label}. Nothing was changed. To change it: habitat expected "
        "correct {label}"
    )


class NothingCorrectedError(ExpectedError):
    code = "EXPECTED_SAME"
    message = N_("{label} says exactly this already. Nothing was changed.")


class NotLaterError(ExpectedError):
    code = "EXTENSION_NOT_LATER"
    column = "due"
    message = N_(
        "{label} is due on {due} already; {asked} is not later. Nothing was changed. To bring a date "
        "forward headquarters corrects it: habitat expected correct {label} --due DATE"
    )


class ExcusedError(ExpectedError):
    code = "EXPECTED_EXCUSED"
    message = N_(
        "{label} is no longer expected: headquarters closed it ({reason}). Nothing was changed. Only "
        "headquarters can open it again: habitat expected reopen {label} --reason TEXT"
    )


class NotExcusedError(ExpectedError):
    code = "EXPECTED_NOT_EXCUSED"
    message = N_("{label} is not closed. Nothing was changed.")


class ReturnThereError(ExpectedError):
    code = "EXPECTED_THERE"
    message = N_("Headquarters has {label} already: no extension is needed. Nothing was changed.")


class NilAlreadyError(ExpectedError):
    code = "NIL_ALREADY"
    message = N_("{label} has a nil return already ({reason}). Nothing was changed.")


class BegunAlreadyError(ExpectedError):
    code = "BEGUN_ALREADY"
    message = N_(
        "{record} answers {label} already. Nothing was begun. Change that record instead: "
        "habitat record edit {record}"
    )


class NothingAskedError(ExpectedError):
    code = "NOTHING_ASKED"
    message = N_(
        "Nothing is asked for {label}: there is no open request for an extension and no nil return. "
        "Nothing was changed."
    )


class ExpectedLongError(ExpectedError):
    code = "EXPECTED_LONG"
    message = N_("A subject has at most {subject} characters, a note {note}.")


class DateNotSureError(ExpectedError):
    code = "EXPECTED_DATE_UNSURE"
    column = "due"
    message = N_("“{due}” can be read as two days: write the year first, such as 2026-07-31.")
