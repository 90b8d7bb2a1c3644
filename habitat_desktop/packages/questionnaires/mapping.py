"""Where the questions of a questionnaire stand in the version of the form its record is on now."""

from collections.abc import Callable, Mapping

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages.questionnaires.manifest import Manifest
from habitat_desktop.xforms.definition import Form, Group, Question
from habitat_desktop.xforms.was import sources, was_of


def places_of(
    manifest: Manifest, form: Form, forms: Callable[..., Form]
) -> Mapping[str, tuple[str, ...]] | None:
    """Return where each place of the questionnaire stands in `form` now, by path; None: where it was.

    Names the form declares (`bind::habitat:was`) are followed, and names that only one place has.
    """
    if (manifest.form_version, manifest.form_hash) == (form.version, form.hash):
        return None
    found: dict[str, tuple[str, ...]] = {}
    try:
        asked = forms(manifest.form_id, manifest.form_version)
    except HabitatError:
        return _by_name(manifest, form)
    for path, source in sources(asked, form).items():
        found[source.path] = (*found.get(source.path, ()), path)
    for path, source in sources(form, asked).items():  # the record is on the older version
        found.setdefault(path, (source.path,))
    return found


def _by_name(manifest: Manifest, form: Form) -> Mapping[str, tuple[str, ...]]:
    """Tell places by path and by what newer ones declare, where the older version is not at hand."""
    paths = {item.path for item in manifest.questions} | {entry.repeat for entry in manifest.entries}
    found: dict[str, tuple[str, ...]] = {}
    for path in paths:
        element = form.elements.get(path)
        if isinstance(element, Question | Group):
            found[path] = (path,)
    for element in form.walk():
        was = was_of(element)
        if not was:
            continue
        named = [
            path
            for path in paths
            if path == f"{form.root.path}/{was.lstrip('/')}" or path.endswith(f"/{was}")
        ]
        if len(named) == 1:
            found[named[0]] = (element.path,)
    return found
