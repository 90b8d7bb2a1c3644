"""Words that stand for answers and beside them wherever they are shown: reasons, units."""

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language, translate

# What is shown of an answer that is not available
UNAVAILABLE = {
    "no_survey": N_("Not available: no survey"),
    "not_applicable": N_("Not available: not applicable"),
    "refused": N_("Not available: refused"),
    "coming_later": N_("Not available: coming later"),
}


def unit_name(unit: str) -> str:
    """Return the name of a unit in the language spoken now."""
    return translate("reference", language(), f"unit|{unit}", unit) or unit


def unavailable_words(reason: str, remark: str = "") -> str:
    """Say why an answer is not available; a reason this program does not know is said as it is kept."""
    said = (
        _(UNAVAILABLE[reason])
        if reason in UNAVAILABLE
        else _("not available: {reason}").format(reason=reason)
    )
    return f"{said} ({remark})" if remark else said
