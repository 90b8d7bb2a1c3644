"""Errors of the converter that no check of the cells foresees, in our words and under our codes."""

import re

from habitat_desktop.errors import N_
from habitat_desktop.xforms.problems import Reason

# of entities: what the English sentence of pyxform has in it, what we say
_SENTENCES = (
    ("add an entities sheet", N_("there is no sheet entities that declares a list to save to")),
    ("is already assigned by row", N_("another row saves to the same property")),
    ("can't be saved as entity properties", N_("a group or repeat cannot be saved")),
    ("was not found on the entities sheet", N_("the sheet entities has no such list")),
    ("prefixed with the entity", N_("with several lists, write the name of the list and # first")),
    ("at most one '#'", N_("only one # may stand there")),
    ("does not have a label", N_("what is created needs a label")),
    ("does not have an 'update_if'", N_("create_if beside entity_id needs update_if as well")),
    ("does not have an 'entity_id'", N_("update_if needs an entity_id")),
    ("Each container", N_("two lists are declared for the same group, repeat or form")),
    ("in container scope", N_("the questions it names stand in different repeats")),
    ("'list_name' column must not have", N_("the list stands twice in the sheet entities")),
    ("Entity lists must have a name", N_("the list has no name")),
    ("two underscores", N_("names of entities do not begin with two underscores")),
    ("must not contain a period", N_("names of entities have no full stop in them")),
    ("must not be 'name' or 'label'", N_("no property may be called name or label")),
)
_ROW = re.compile(r"\[row[^\]]*\]\s*")


def reworded(problem: object) -> tuple[str, object]:
    """Return the code and the words for a `problem` of pyxform, its own where there are no better."""
    text = str(problem)
    for part, words in _SENTENCES:
        if part in text:
            return "ENTITY_BAD", Reason(words)
    return "FORM_CONVERTER", problem if isinstance(problem, Reason) else _ROW.sub("", text)
