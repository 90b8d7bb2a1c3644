"""The comparison of two versions of a record as plain text: to be copied, mailed, printed by a command."""

from collections.abc import Iterator

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.records.differing import Comparison, Difference, Version


def version_words(version: Version) -> str:
    """Return what a version is called: "Revision 2", "Draft"."""
    if not version.number:
        return _("Draft")
    return _("Revision {number}").format(number=ltr(str(version.number)))


def difference_words(one: Difference) -> str:
    """Return what changed of one question in one sentence without its name."""
    old, new = iso(one.old), iso(one.new)
    said = {
        "entry_added": _("added: {new}"),
        "entry_removed": _("removed: {old}"),
        "given": _("(empty) → {new}"),
        "removed": _("{old} → (empty)"),
    }
    pattern = said.get(one.kind, _("{old} → {new}"))
    return pattern.format(old=old or _("(empty)"), new=new or _("(empty)"))


def comparison_lines(found: Comparison, spoken: str) -> Iterator[str]:
    """Yield the whole comparison line by line, sections with their questions below them."""
    yield _("{label}: what changed from {old} to {new}").format(
        label=ltr(found.label), old=version_words(found.old), new=version_words(found.new)
    )
    for version in (found.old, found.new):
        when = format_datetime(version.at, spoken, "medium")
        words = _("{version}: {when}, {person}")
        yield words.format(version=version_words(version), when=iso(when), person=iso(version.person))
    if not found.differences:
        yield _("No answer differs.")
    for section, differences in found.by_section():
        yield ""
        if section:
            yield section
        for one in differences:
            name = f"{one.entry} · {one.question}" if one.entry else one.question
            yield f"  {name}: {difference_words(one)}"
