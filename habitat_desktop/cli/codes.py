"""Office codes as people type them."""

from habitat_desktop.errors import N_, HabitatError


class BadOfficeCodeError(HabitatError):
    code = "BAD_OFFICE_CODE"
    message = N_("“{office}” is not an office code: 2 to 8 letters and digits. Nothing was made.")


def check_office_code(office: str) -> str:
    """Return the code as it is kept: in capitals.

    Raises:
        BadOfficeCodeError: it cannot stand in labels and file names.
    """
    office = office.upper()
    if not (office.isascii() and office.isalnum() and 2 <= len(office) <= 8):
        raise BadOfficeCodeError(office=office)
    return office
