"""Where a text stands, in words: form, section and question, or the part of the program that shows it."""

from pathlib import PurePosixPath

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.workshop import Workshop

ROOMS = {
    "gui": N_("Window"),
    "cli": N_("Command line"),
    "xforms": N_("Filling in forms"),
    "records": N_("Records"),
    "packages": N_("Excel packages"),
    "incoming": N_("Files from outside"),
    "sync": N_("Exchange"),
    "hq": N_("Headquarters"),
    "reports": N_("Reports"),
    "i18n": N_("Languages"),
}
_COLUMNS = {
    "label": N_("question or heading"),
    "hint": N_("hint"),
    "guidance_hint": N_("longer explanation"),
    "constraint_message": N_("message about a wrong answer"),
    "required_message": N_("message about a missing answer"),
}
_MOST = 2  # parts of the program that are named


class Places:
    """Names places in the language spoken now; the names of forms, sections and questions stay English."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._labels: dict[str, dict[str, str]] = {}  # domain -> context -> English

    def of(self, domain: str, entry: Entry) -> str:
        """Return the place of one text."""
        context = entry.context or ""
        if domain.startswith("forms/") and context.count("|") >= 2:
            return self._in_form(domain, context)
        if context.startswith("lists/"):
            name, _bar, code = context.removeprefix("lists/").partition("|")
            return _("List “{name}”, answer {code}").format(name=_spaced(name), code=code)
        if context.startswith("unit|"):
            return _("Unit after a number")
        return self._in_program(entry)

    def _in_form(self, domain: str, context: str) -> str:
        form_id, path, column = context.split("|", 2)
        labels = self._labels_of(domain)
        title = labels.get(f"{form_id}|settings|form_title", _spaced(form_id))
        if path == "settings":
            return _("Title of the form “{form}”").format(form=title)
        if path.startswith("choices/"):
            _choices, name, code = path.split("/", 2)
            return _("Form “{form}”, list “{name}”, answer {code}").format(
                form=title, name=_spaced(name), code=code
            )
        steps = path.split("/")
        above = ["/".join(steps[: place + 1]) for place in range(len(steps))]
        named = [
            labels.get(f"{form_id}|{one}|label", _spaced(step))
            for one, step in zip(above, steps, strict=True)
        ]
        what = _(_COLUMNS.get(column, column))
        return "\n".join([" › ".join([title, *named]), f"({what})"])

    def _in_program(self, entry: Entry) -> str:
        found = []
        for place in entry.places[:_MOST]:
            parts = PurePosixPath(place).with_suffix("").parts[1:]
            room = _(ROOMS[parts[0]]) if parts and parts[0] in ROOMS else ""
            page = _spaced(parts[-1].removeprefix("__init__")) if parts else place
            found.append(" › ".join(filter(None, (room, page))) or place)
        if len(entry.places) > _MOST:
            found.append("…")
        return "\n".join(dict.fromkeys(found))

    def _labels_of(self, domain: str) -> dict[str, str]:
        if domain not in self._labels:
            self._labels[domain] = {
                entry.context or "": entry.id for entry in self._workshop.template(domain)
            }
        return self._labels[domain]


def _spaced(name: str) -> str:
    return name.replace("_", " ").strip()
