"""A form as it was written: groups, repeats, questions, their logic and their texts. Immutable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from habitat_desktop.xforms.itext import MEDIA, Text, file_name

if TYPE_CHECKING:
    from habitat_desktop.xforms.record_lists import RecordList

NO_TEXT = Text({})
LISTS = "lists"  # the folder beside forms with the lists that several of them use
EARLIER = "earlier"  # the folder beside forms with older versions of them, which use the same lists

Rollover = Literal["", "carry", "clear", "confirm"]


class Bind(NamedTuple):
    """The logic of one node: expressions as text, "" where there is none.

    `data_type` is the XForms type without prefix: string, int, decimal, date, time, dateTime, boolean,
    geopoint, geotrace, geoshape, binary, barcode. `attributes` are all others it has, such as
    "entities:saveto", "saveIncomplete" and "orx:max-pixels", with the usual prefixes.
    """

    data_type: str = "string"
    relevant: str = ""
    constraint: str = ""
    required: str = ""
    readonly: str = ""
    calculate: str = ""
    constraint_message: Text = NO_TEXT
    required_message: Text = NO_TEXT
    preload: tuple[str, str] | None = None
    attributes: Mapping[str, str] = MappingProxyType({})


NO_BIND = Bind()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Element:
    """One row of the survey: `path` is its place in the instance, without positions.

    `attributes` are the attributes its node has in the instance, as questions nobody is asked, called "@id";
    `parameters` are those of its control in the body.
    """

    name: str
    path: str
    parent: "Group | None" = field(repr=False)
    bind: Bind = NO_BIND
    appearance: str = ""
    label_text: Text = NO_TEXT
    hint_text: Text = NO_TEXT
    guidance_text: Text = NO_TEXT
    attributes: tuple["Question", ...] = field(default=(), repr=False)
    parameters: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """Return the label in `language`; answers shown inside it appear as "…"."""
        return self.label_text.static(language)

    def hint(self, language: str) -> str:
        """Return the hint in `language`; answers shown inside it appear as "…"."""
        return self.hint_text.static(language)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Group(Element):
    children: tuple[Element, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Repeat(Group):
    """`count` is the expression of jr:count; `fixed` = nobody may add or remove entries."""

    count: str = ""
    fixed: bool = False
    template: "Seed | None" = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StaticChoice:
    """A choice written into the question itself."""

    value: str
    label_text: Text


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices taken from a list: `nodeset` gives the items, `value` and `label` are paths inside an item."""

    nodeset: str
    value: str
    label: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Question(Element):
    """A row that holds a value: `type` is its XLSForm name.

    Calculate and hidden have no control; nor has a select that is the head of a table (appearance "label").
    """

    type: str
    has_control: bool = False
    list_name: str = ""
    unit: str = ""
    rollover: Rollover = ""
    strict: bool = False
    default: str = ""
    choices: tuple[StaticChoice, ...] = ()
    itemset: Itemset | None = None
    searched: StaticChoice | None = None  # names the columns where the itemset is a search()

    @property
    def preload(self) -> tuple[str, str] | None:
        """What the program fills in at the start: (jr:preload, jr:preloadParams)."""
        return self.bind.preload

    @property
    def is_warning(self) -> bool:
        """Whether this is a soft check: a note that asks for a justification while it shows."""
        return self.type == "note" and self.name.startswith("warn_")

    @property
    def is_asked(self) -> bool:
        """Whether a person answers it: it has a control and is not always read-only, as shown results are."""
        return self.has_control and self.type != "note" and self.bind.readonly.strip() != "true()"

    @property
    def is_select(self) -> bool:
        """Whether the answer is taken from choices."""
        return self.type in SELECTS


SELECTS = frozenset(("select_one", "select_multiple", "rank"))


class Seed(NamedTuple):
    """A node of the primary instance as the form has it: what new instances are grown from."""

    name: str
    text: str = ""
    children: tuple["Seed", ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """`setvalue`: on one of `events`, `ref` gets `value` (an expression) or, that being "", `text`.

    Other kinds are "setgeopoint", which asks where the computer is, and "recordaudio", which does nothing.
    `place` is the path of the element the action stands in: "" for the model, a repeat for
    odk-new-repeat, a question for xforms-value-changed. `source` is the ref as written.
    """

    events: tuple[str, ...]
    ref: str
    value: str
    text: str
    place: str
    source: str = ""
    kind: str = "setvalue"
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)


def list_beside(folder: Path, name: str) -> Path:
    """Return where the list `name` of a form in `folder` lies: beside it, or among the shared lists."""
    shared = (folder.parent if folder.name == EARLIER else folder) / LISTS / name
    return shared if shared.is_file() and not (folder / name).is_file() else folder / name


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A secondary instance: the lxml element around a list inside the form (`tree`), or a file (`path`).

    `newer` is the file that headquarters released in place of that one: its rows are shown, while the hash of
    the form stays that of the list it came with.
    """

    name: str
    tree: Any = field(default=None, repr=False)
    path: Path | None = None
    uri: str = ""
    newer: Path | None = None

    @property
    def file(self) -> Path | None:
        """The file whose rows are used; None for a list inside the form."""
        return self.newer or self.path

    @property
    def list_name(self) -> str:
        """The name of a list kept in a file, "" for one inside the form."""
        return self.path.stem if self.path is not None else ""

    @property
    def is_last_saved(self) -> bool:
        """Whether it holds the newest submission of the same form instead of a list."""
        return self.uri == "jr://instance/last-saved"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Form:
    """One form; `memory` keeps what is worked out once: the hash, the rules, the lists.

    `attributes` are those of the model, such as "entities:entities-version", `submission` those of the
    element of this name, such as "action" and "base64RsaPublicKey", `style` is the class of the body. `path`
    is the file the form came from. `subject` are the paths that say what a record is about: those of
    `habitat_subject`, else the instance name. `key` are the paths of `habitat_key`, whose answers with
    country and period tell one record from another, else those of the subject. `from_period` is the first
    period this version is for, "" for every one.
    """

    form_id: str
    version: str
    languages: tuple[str, ...]
    root: Group
    titles: Mapping[str, str]
    periodicity: str = ""
    subject: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    from_period: str = ""
    seed: Seed = field(repr=False)
    namespaces: Mapping[str, str] = field(default_factory=dict)
    itext: Mapping[str, Text] = field(default_factory=dict, repr=False)
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False)
    actions: tuple[Action, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    submission: Mapping[str, str] = field(default_factory=dict)
    style: str = ""
    path: Path = Path()
    missing_files: tuple[str, ...] = ()
    elements: Mapping[str, Element] = field(default_factory=dict, repr=False)
    memory: dict[str, Any] = field(default_factory=dict, repr=False)

    def title(self, language: str) -> str:
        """Return the title in `language`, else in the form's own."""
        return self.titles.get(language) or self.titles.get("", self.form_id)

    def element(self, path: str) -> Element:
        """Return the element at `path`; KeyError when there is none."""
        return self.elements[path]

    def walk(self) -> Iterator[Element]:
        """Yield every element below the root in document order."""
        return _below(self.root)

    @property
    def hash(self) -> str:
        """The SHA-256 (hex) of everything but the texts; see `xform_hash`."""
        if "hash" not in self.memory:
            from habitat_desktop.xforms.xform_hash import definition_hash

            self.memory["hash"] = definition_hash(
                self.form_id, self.version, self.root, self.seed, self.actions, self.sources
            )
        return str(self.memory["hash"])

    @property
    def logic(self) -> str:
        """The hash without the lists beside the form."""
        from habitat_desktop.xforms.xform_hash import definition_hash

        inside = {name: source for name, source in self.sources.items() if source.path is None}
        return definition_hash(self.form_id, self.version, self.root, self.seed, self.actions, inside)

    @property
    def media_files(self) -> frozenset[str]:
        """The names of the files that are shown or played with its texts."""
        files = (text.forms[kind] for text in self.itext.values() for kind in MEDIA if kind in text.forms)
        addresses = (part for file in files for parts in file.parts.values() for part in parts)
        return frozenset(file_name(part) for part in addresses if isinstance(part, str))

    def beside(self, file: str) -> Path | None:
        """Return the file of that name beside the form or in its media folder; None where there is none.

        It is looked for once: rows of the window ask at every answer.
        """
        known: dict[str, Path | None] = self.memory.setdefault("beside", {})
        if file not in known:
            folder = self.path.parent
            places = (folder / file, folder / f"{self.path.stem}-media" / file)
            known[file] = next((place for place in places if file and place.is_file()), None)
        return known[file]

    @property
    def last_saved(self) -> str:
        """The name of the instance that holds the newest submission, "" where the form asks for none."""
        return next((name for name, source in self.sources.items() if source.is_last_saved), "")

    @property
    def record_lists(self) -> "Mapping[str, RecordList]":
        """The lists whose rows are made of records, by their name; see `record_lists`."""
        if "record_lists" not in self.memory:
            from habitat_desktop.xforms.record_lists import record_lists

            self.memory["record_lists"] = record_lists(self)
        found: Mapping[str, RecordList] = self.memory["record_lists"]
        return found

    @property
    def beyond(self) -> tuple[tuple[str, str], ...]:
        """What the form asks for that a desktop cannot do: (feature, path), in document order."""
        from habitat_desktop.xforms.beyond import beyond_desktop

        return tuple(beyond_desktop(self))

    @property
    def questions(self) -> int:
        """How many rows a person answers."""
        return sum(1 for element in self.walk() if isinstance(element, Question) and element.is_asked)


def _below(group: Group) -> Iterator[Element]:
    for child in group.children:
        yield child
        if isinstance(child, Group):
            yield from _below(child)
