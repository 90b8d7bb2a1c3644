"""The lines at the end of a paper where people sign for it."""

from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.paper.document import Signatures
from habitat_desktop.paper.tongues import Tongues


def signatures(tongues: Tongues) -> Signatures:
    """Return one line for whoever made, checked and cleared the return."""
    fields = (
        lambda: _("Name"),
        lambda: pgettext("of a person who signs", "Function"),
        lambda: _("Date"),
        lambda: _("Signature"),
    )
    titles = (
        # Translators: beside the line where somebody signs a printed return, as are the next two.
        lambda: _("Prepared by"),
        lambda: _("Checked by"),
        lambda: _("Cleared by"),
    )

    return Signatures([tongues.own(say) for say in fields], [tongues.own(say) for say in titles])
