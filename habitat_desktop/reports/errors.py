"""What can go wrong with reports, in sentences for the person who asked for one."""

from habitat_desktop.errors import N_, HabitatError


class UnknownReportError(HabitatError):
    code = "UNKNOWN_REPORT"
    message = N_("There is no report “{name}”. “habitat report list” shows those there are.")


class ReportFormatError(HabitatError):
    code = "REPORT_FORMAT"
    message = N_(
        "A report cannot be written as “{file}”: end the name with .xlsx, .docx, .html or .pdf. Nothing was "
        "written."
    )


class ReportPeriodError(HabitatError):
    code = "REPORT_PERIOD"
    message = N_(
        "“{period}” is no period: write 2026-H1, 2026, 2026-2027 or 2026-adhoc. Nothing was written."
    )


class ReportOfficeError(HabitatError):
    code = "REPORT_OFFICE"
    message = N_(
        "No office “{office}” is known here: nothing has come from there, nothing is expected of it and none "
        "of its keys is trusted. Nothing was written."
    )


class ReportTooLargeError(HabitatError):
    code = "REPORT_TOO_LARGE"
    message = N_(
        "A table of this report has {rows} rows, more than an Excel sheet holds. Nothing was written. Name "
        "fewer periods, offices or countries."
    )


class ReportTooLongError(HabitatError):
    code = "REPORT_TOO_LONG"
    message = N_(
        "This report has {rows} rows in its tables, too many to print: a PDF takes up to {limit}. Nothing "
        "was written. Ask for .xlsx or .docx, or name fewer periods, offices or countries."
    )
