"""What packages of headquarters brought an office, as plain lines, each with the place it leads to."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from habitat_desktop.i18n.catalogues import _, listed, ngettext
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.packages import publishing
from habitat_desktop.records import exchange_state, expected, repository
from habitat_desktop.records.act import Act

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

Kind = Literal["received", "accepted", "returned", "query", "proposal", "release", "expected", "keys"]
_SAID: dict[str, Kind] = {
    "accept": "accepted",
    "return": "returned",
    "query": "query",
    "proposal": "proposal",
    publishing.KIND: "release",
}
_SAID.update(dict.fromkeys(expected.KINDS, "expected"))
_NAMED = 3  # so many records are named in a line, the others are counted


class Said(NamedTuple):
    """One thing that came: the id of its record or act, the label of the record, and the reason in words."""

    key: str
    label: str = ""
    reason: str = ""


@dataclass(frozen=True)
class News:
    """What came, by kind; each thing once."""

    said: dict[Kind, tuple[Said, ...]] = field(default_factory=dict)

    def of(self, kind: Kind) -> tuple[Said, ...]:
        return self.said.get(kind, ())


@dataclass(frozen=True)
class Line:
    """One line of the report: a whole sentence; `button` says what leads on, "" where nothing does.

    `key` is the id of the one thing to choose there: of a record where records came, else of an act; "" where
    several came. `command` does on the command line what the button does.
    """

    kind: Kind
    text: str
    button: str = ""
    key: str = ""
    command: str = ""


def news_of(
    session: "Session", acts: Sequence[Act], confirmed_at: str, came: Collection[str], *, is_newer_list: bool
) -> News:
    """Return what a package brought: new `acts`, records confirmed at the instant `confirmed_at` ("" for
    none) but the revisions that `came` with it, and whether its list of keys was newer."""
    found: dict[Kind, list[Said]] = {}
    confirmed = exchange_state.confirmed_at(session, confirmed_at, came) if confirmed_at else []
    ids = {*confirmed, *(act.record_id for act in acts if act.record_id)}
    labels = {one.record_id: one.label for one in repository.summaries(session, sorted(ids))}
    found["received"] = [Said(one, labels.get(one, "")) for one in confirmed]
    for act in acts:
        kind = _SAID.get(act.kind)
        if kind is not None:
            key = act.record_id if kind == "accepted" else act.act_id
            found.setdefault(kind, []).append(Said(key, labels.get(act.record_id, ""), act.reason))
    if is_newer_list:
        found["keys"] = [Said("keys")]
    return News({kind: tuple(dict.fromkeys(said)) for kind, said in found.items() if said})


def together(many: Iterable[News]) -> News:
    """Return the news of several packages as one, each thing once."""
    found: dict[Kind, dict[Said, None]] = {}
    for news in many:
        for kind, said in news.said.items():
            found.setdefault(kind, {}).update(dict.fromkeys(said))
    return News({kind: tuple(said) for kind, said in found.items()})


def lines(news: News) -> list[Line]:
    """Return the lines of the report in the language now: what is to be done first."""
    found = []
    for kind, says in _LINES.items():
        said = news.of(kind)
        if said:
            found.append(says(said))
    return found


def _labels(said: Sequence[Said]) -> str:
    labels = list(dict.fromkeys(ltr(one.label) for one in said if one.label))
    return listed([*labels[:_NAMED], "…"] if len(labels) > _NAMED else labels)


def _only(said: Sequence[Said]) -> str:
    return said[0].key if len({one.key for one in said}) == 1 else ""


def _to_queries(count: int) -> str:
    return ngettext("Go to the query", "Go to the {count} queries", count).format(count=count)


def _queries(said: Sequence[Said]) -> Line:
    text = ngettext(
        "Headquarters asks {count} question, about {labels}.",
        "Headquarters asks {count} questions, about {labels}.",
        len(said),
    ).format(count=len(said), labels=_labels(said))
    return Line("query", text, _to_queries(len(said)), _only(said), "habitat query list")


def _proposals(said: Sequence[Said]) -> Line:
    text = ngettext(
        "Headquarters proposes {count} change, in {labels}. Nothing is changed until you agree.",
        "Headquarters proposes {count} changes, in {labels}. Nothing is changed until you agree.",
        len(said),
    ).format(count=len(said), labels=_labels(said))
    return Line("proposal", text, _to_queries(len(said)), _only(said), "habitat query list")


def _returned(said: Sequence[Said]) -> Line:
    reasons = [f"{ltr(one.label)} “{iso(one.reason)}”" if one.reason else ltr(one.label) for one in said]
    shown = listed([*reasons[:_NAMED], "…"] if len(reasons) > _NAMED else reasons)
    text = ngettext(
        "Headquarters returned {count} record: {reasons}.",
        "Headquarters returned {count} records: {reasons}.",
        len(said),
    ).format(count=len(said), reasons=shown)
    return Line("returned", text, _to_queries(len(said)), _only(said), "habitat query list")


def _accepted(said: Sequence[Said]) -> Line:
    text = ngettext(
        "Headquarters accepted {count} record: {labels}.",
        "Headquarters accepted {count} records: {labels}.",
        len(said),
    ).format(count=len(said), labels=_labels(said))
    button = _("Show the accepted records")
    return Line("accepted", text, button, _only(said), "habitat record list --state accepted")


def _received(said: Sequence[Said]) -> Line:
    text = ngettext(
        "{count} record is at headquarters now: {labels}.",
        "{count} records are at headquarters now: {labels}.",
        len(said),
    ).format(count=len(said), labels=_labels(said))
    button = _("Show the received records")
    return Line("received", text, button, _only(said), "habitat record list --state received")


def _releases(said: Sequence[Said]) -> Line:
    text = ngettext(
        "{count} form, list or translation came from headquarters.",
        "{count} forms, lists or translations came from headquarters.",
        len(said),
    ).format(count=len(said))
    return Line("release", text, _("Go to the forms"), "", "habitat release list")


def _expected(said: Sequence[Said]) -> Line:
    text = ngettext(
        "{count} expected return is new or changed.",
        "{count} expected returns are new or changed.",
        len(said),
    ).format(count=len(said))
    return Line("expected", text, _("See what is due"), "", "habitat expected list")


def _keys(_said: Sequence[Said]) -> Line:
    return Line(
        "keys", _("The list of trusted keys is newer now."), _("See the keys"), "", "habitat keys show"
    )


_LINES: dict[Kind, Callable[[Sequence[Said]], Line]] = {
    "returned": _returned,
    "query": _queries,
    "proposal": _proposals,
    "received": _received,
    "accepted": _accepted,
    "release": _releases,
    "expected": _expected,
    "keys": _keys,
}
