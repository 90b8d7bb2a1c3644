"""What forms ask for that a desktop cannot do: it is kept in the form and left to other tools."""

from collections.abc import Iterator

from habitat_desktop.xforms.definition import Element, Form, Question

_APPEARANCES = frozenset(("bearing", "printer"))
_OF_A_PHONE = frozenset(("phonenumber", "simserial", "subscriberid"))
_SUBMISSION = ("base64RsaPublicKey", "orx:auto-send", "orx:auto-delete")
_SMS = ("odk:tag", "odk:prefix", "odk:delimiter")


def beyond_desktop(form: Form) -> Iterator[tuple[str, str]]:
    """Yield (feature, path) of all that `form` asks for and does not get here."""
    root = form.root
    for name in _SUBMISSION:
        if form.submission.get(name):
            yield name, root.path
    if any(attribute.name[1:] in _SMS for attribute in root.attributes):
        yield "sms", root.path
    for element in form.walk():
        for feature in _features(element):
            yield feature, element.path
    for action in form.actions:
        if action.kind != "setvalue":
            yield action.kind, action.ref


def _features(element: Element) -> Iterator[str]:
    if isinstance(element, Question):
        if element.type == "barcode":
            yield "barcode"
        if element.parameters.get("mediatype", "").startswith("osm"):
            yield "osm"
        if element.path.replace("orx:", "").endswith("/meta/audit"):
            yield "audit"
        if element.bind.preload is not None and element.bind.preload[1] in _OF_A_PHONE:
            yield element.bind.preload[1]
    for word in element.appearance.split():
        if word in _APPEARANCES:
            yield word
        elif word.startswith("ex:"):
            yield word.partition("(")[0]
    if element.parameters.get("intent"):
        yield element.parameters["intent"].partition("(")[0].strip()
    if any(attribute.name[1:] in _SMS for attribute in element.attributes):
        yield "sms"
