"""The errors a person can mend; every other exception is a fault of the program."""

from typing import ClassVar


def N_(text: str) -> str:
    """Mark `text` for the catalogues; it is translated where it is shown."""
    return text


class HabitatError(Exception):
    """A failure caused by files, disk, network or input, never by our code.

    `message` is an English template with named fields; `i18n.catalogues.explain` renders it in the
    language of the reader. `code` is stable and is what machines read.
    """

    code: ClassVar[str] = "ERROR"
    exit_code: ClassVar[int] = 1
    message: ClassVar[str] = N_("Something went wrong.")

    def __init__(self, **context: object) -> None:
        self.context = context
        super().__init__(self.message.format(**context))
