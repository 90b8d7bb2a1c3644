"""XForm XML -> `Form`. lxml is imported only here and where lists are read, at the moment of use."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.collection import uncollected
from habitat_desktop.xforms.definition import (
    NO_BIND,
    NO_TEXT,
    Action,
    Bind,
    Element,
    Form,
    Group,
    Question,
    Repeat,
    Rollover,
    Seed,
    Source,
    list_beside,
)
from habitat_desktop.xforms.entity_version import check_entity_version
from habitat_desktop.xforms.itext import Text, file_name, language_code
from habitat_desktop.xforms.limits import check_model, xml_root
from habitat_desktop.xforms.problems import NotAFormError, Reason
from habitat_desktop.xforms.question_types import question_type
from habitat_desktop.xforms.xform_body import ACTIONS, Body, Control, absolute, itext_id, text_parts
from habitat_desktop.xforms.xform_names import (
    HABITAT_URI,
    JR,
    XF,
    attribute_name,
    key_paths,
    name_nameless,
    name_of,
    named,
    own_namespace,
    subject_paths,
)

ORX_URI = "http://openrosa.org/xforms"
HABITAT = f"{{{HABITAT_URI}}}"
_DEFAULT_NAMESPACE = re.compile(rb"""\bxmlns\s*=\s*["']([^"']*)""")
_PULLDATA = re.compile(rb"""\bpulldata\(\s*(?:['"]|&quot;|&apos;|&#3[49];)([\w .-]+)""", re.ASCII)
_FIRST_TEXT = re.compile(r"""(["'])(.+?)\1""")
_XHTML = "{http://www.w3.org/1999/xhtml}"


def parse_xform(
    xml: bytes, *, path: Path, titles: Mapping[str, str] | None = None, source_language: str = ""
) -> Form:
    """Return the form in `xml`.

    `path` is the file it came from: lists are looked for beside it and its name stands in errors.
    `source_language` is the language of texts that name none. `titles` are the title's translations.

    Raises:
        NotAFormError: `xml` is no XForm.
        FormTooLargeError: it is past the limits of `limits`.
    """
    with uncollected():
        return _parse(xml, path, titles or {}, source_language)


def _parse(xml: bytes, path: Path, titles: Mapping[str, str], source_language: str) -> Form:
    html = xml_root(xml, path.name)
    model = html.find(f".//{XF}model")
    if model is None:
        name_nameless(html)
        model = html.find(f".//{XF}model")
    primary = _primary(model)
    if primary is None:
        raise NotAFormError(
            path=path.name, problem=Reason(N_("there is no XForms model with an instance in it"))
        )
    check_model(html, primary, len(xml), path.name)
    check_entity_version(model, path.name)
    foreign = any(uri != XF[1:-1].encode() for uri in _DEFAULT_NAMESPACE.findall(xml))
    return _Reader(html, model, primary, path, source_language, foreign).form(xml, dict(titles))


def _primary(model: Any) -> Any:
    if model is None:
        return None
    for instance in model.findall(f"{XF}instance"):
        for child in instance:
            if isinstance(child.tag, str):
                return child
    return None


_TEMPLATE = f"{JR}template"
_NO_CONTROL = Control("")
_YES = frozenset(("yes", "true", "true()", "1"))


class _Reader:
    def __init__(
        self, html: Any, model: Any, primary: Any, path: Path, source_language: str, foreign: bool
    ) -> None:
        self._foreign = foreign  # there are namespaces without prefix but that of XForms
        self._html = html
        self._model = model
        self._primary = primary
        self._file = path
        self._source_language = source_language
        self._itext: dict[str, Text] = {}
        self._languages: list[str] = []
        self._binds: dict[str, Any] = {}
        self._elements: dict[str, Element] = {}
        self._namespaces = {"orx": ORX_URI}

    def form(self, xml: bytes, titles: dict[str, str]) -> Form:
        self._read_itext()
        root_path = "/" + name_of(self._primary)
        bind_paths = {}
        for bind in self._model.iter(f"{XF}bind"):
            nodeset = absolute(bind.get("nodeset") or bind.get("ref") or "", root_path)
            self._binds[nodeset] = bind
            if bind.get("id"):
                bind_paths[bind.get("id")] = nodeset
        self._body = Body(self._itext, bind_paths)
        for action in self._model:
            if action.tag in ACTIONS:
                self._body.action(action, root_path, "")
        body = self._html.find(f"{_XHTML}body")
        if body is not None:
            self._body.read(body, root_path)
        root, seed = self._root(root_path)
        primary = self._primary
        sources = self._sources(xml)
        form_id = primary.get("id") or primary.nsmap.get(None, "") or self._file.stem
        version = primary.get("version") or primary.get(f"{{{ORX_URI}}}version") or ""
        title = self._html.findtext(f".//{_XHTML}title") or form_id
        actions = tuple(self._body.actions)
        subject = subject_paths(primary, root_path, self._elements)
        return Form(
            form_id=form_id,
            version=version,
            languages=tuple(dict.fromkeys(self._languages))
            or ((self._source_language,) if self._source_language else ()),
            root=root,
            titles={"": title.strip(), **titles},
            periodicity=primary.get(f"{HABITAT}period", ""),
            subject=subject,
            key=key_paths(primary, self._elements) or subject,
            from_period=primary.get(f"{HABITAT}from", "").strip(),
            seed=seed,
            namespaces={str(prefix): str(uri) for prefix, uri in self._html.nsmap.items() if prefix}
            | self._namespaces
            | {str(prefix): str(uri) for prefix, uri in primary.nsmap.items() if prefix},
            itext=self._itext,
            sources=sources,
            actions=actions,
            attributes=named(self._model.items(), self._model),
            submission=self._submission(),
            style=body.get("class", "") if body is not None else "",
            path=self._file,
            missing_files=tuple(s.path.name for s in sources.values() if s.path and not s.path.is_file()),
            elements=self._elements,
        )

    def _submission(self) -> dict[str, str]:
        element = self._model.find(f"{XF}submission")
        return named(element.items(), element) if element is not None else {}

    def _read_itext(self) -> None:
        forms: dict[str, dict[str, dict[str, Any]]] = {}  # parts by form, id and language
        default = ""
        for translation in self._model.iterfind(f"{XF}itext/{XF}translation"):
            language = language_code(translation.get("lang", ""))
            if language == "default" and self._source_language:
                language = self._source_language
            self._languages.append(language)
            if translation.get("default") is not None and translation.get("default") != "false()":
                default = language
            for text in translation.iterchildren(f"{XF}text"):
                text_id = text.get("id")
                for value in text.iterchildren(f"{XF}value"):
                    ids = forms.setdefault(value.get("form", ""), {})
                    ids.setdefault(text_id, {})[language] = text_parts(value)
        default = default or (self._languages[0] if self._languages else "")
        if default in self._languages:
            self._languages.sort(key=lambda language: language != default)
        plain: dict[str, dict[str, Any]] = {}
        for form in ("short", "long", ""):  # the last that is there is what is shown
            for key, parts in forms.get(form, {}).items():
                plain.setdefault(key, {}).update(parts)
        others: dict[str, dict[str, Text]] = {}
        for form, ids in forms.items():
            if form not in ("", "long"):
                for key, parts in ids.items():
                    others.setdefault(key, {})[form] = Text(parts, default)
        for key in {**plain, **others}:
            text, more = plain.get(key, {}), others.get(key)
            self._itext[key] = Text(text, default, forms=more) if more else Text(text, default)

    def _sources(self, xml: bytes) -> dict[str, Source]:
        """Return the secondary instances, and the files that pulldata() and search() name without one."""
        found = {}
        for instance in self._model.findall(f"{XF}instance"):
            name, uri = instance.get("id"), instance.get("src")
            if instance is self._primary.getparent() or not name:
                continue
            if uri == "jr://instance/last-saved":
                found[name] = Source(name, None, None, uri)
            elif uri:
                found[name] = Source(name, None, list_beside(self._file.parent, file_name(uri)), uri)
            else:
                found[name] = Source(name, instance)
        named_files = [call.decode() for call in _PULLDATA.findall(xml)] if b"pulldata(" in xml else []
        for control in self._body.searches:
            call = _FIRST_TEXT.search(control)
            named_files += [call[2].removesuffix(".csv")] if call else []
        for name in named_files:
            if name not in found:
                file = f"{name}.csv"
                path = list_beside(self._file.parent, file_name(file))
                found[name] = Source(name, None, path, f"jr://file-csv/{file}")
        return found

    def _root(self, path: str) -> tuple[Group, Seed]:
        self._add_meta()
        seed = self._seed(self._primary)
        group = Group(name=name_of(self._primary), path=path, parent=None, bind=self._bind(path))
        self._attributes(group, [self._primary])
        self._fill(group, [self._primary])
        self._elements[path] = group
        return group, seed

    def _add_meta(self) -> None:
        """Add the `meta/instanceID` that every submission needs where the form has none."""
        from lxml import etree

        primary = self._primary
        if primary.find(".//{*}instanceID") is not None:
            return
        meta = primary.find("{*}meta")
        if meta is None:
            known = ORX_URI in self._html.nsmap.values()
            meta = etree.SubElement(primary, self._like(ORX_URI if known else "", primary, "meta"))
        etree.SubElement(meta, self._like("", meta, "instanceID"))

    def _like(self, uri: str, element: Any, name: str) -> str:
        """Return the tag `name` in the namespace `uri`, else in that of `element`."""
        uri = uri or element.tag.rpartition("}")[0].removeprefix("{")
        return f"{{{uri}}}{name}" if uri else name

    def _seed(self, element: Any) -> Seed:
        given = element.items()
        attributes = tuple(pair for pair in given if not pair[0].startswith(JR)) if given else ()
        if not len(element):
            return Seed(name_of(element), element.text or "", (), attributes)
        children = [
            self._seed(child)
            for child in element
            if isinstance(child.tag, str) and child.get(_TEMPLATE) is None
        ]
        return Seed(name_of(element), "", tuple(children), attributes)

    def _fill(self, group: Group, sources: list[Any]) -> None:
        """Give `group` its children: those of all `sources`, the nodes of the instance that stand for it."""
        by_name: dict[str, list[Any]] = {}
        for source in sources:
            for child in source:
                if isinstance(child.tag, str):
                    by_name.setdefault(name_of(child), []).append(child)
        children = tuple(self._element(group, name, nodes) for name, nodes in by_name.items())
        object.__setattr__(group, "children", children)

    def _element(self, parent: Group, name: str, nodes: list[Any]) -> Element:
        path = f"{parent.path}/{name}"
        if ":" in name:
            self._namespaces[nodes[0].prefix] = nodes[0].nsmap[nodes[0].prefix]
        control = self._body.groups.get(path)
        texts: dict[str, Any] = {}
        if control is not None:
            texts = {
                "label_text": control.label,
                "appearance": control.appearance,
                "parameters": control.attributes,
            }
        made: Element
        if path in self._body.repeats:
            repeat = self._body.repeats[path]
            templates = [node for node in nodes if node.get(_TEMPLATE) is not None]
            made = Repeat(
                name=name,
                path=path,
                parent=parent,
                bind=self._bind(path),
                count=repeat.count,
                fixed=repeat.fixed or bool(repeat.count),
                template=self._seed(templates[0]) if templates else _blank(self._seed(nodes[0])),
                **texts,
            )
            self._fill(made, nodes)
        elif any(len(node) for node in nodes) and any(
            isinstance(child.tag, str) for node in nodes for child in node
        ):
            made = Group(name=name, path=path, parent=parent, bind=self._bind(path), **texts)
            self._fill(made, nodes)
        else:
            made = self._question(parent, name, path, nodes[0])
        self._elements[path] = made
        self._attributes(made, nodes)
        return made

    def _attributes(self, owner: Element, nodes: list[Any]) -> None:
        """Give `owner` the attributes of `nodes`, but for those that tell of the form and not of answers.

        A namespace that begins at the node without a prefix counts as the attribute `xmlns`.
        """
        if not self._foreign and not any(node.keys() for node in nodes):
            return
        found: dict[str, Question] = {}
        for node in nodes:
            for key, text in [*node.items(), *own_namespace(node)] if self._foreign else node.items():
                name = f"@{attribute_name(key, node)}"
                if name in found or key.startswith((JR, HABITAT)):
                    continue
                if key.startswith("{") and not name.startswith("@xml:"):
                    self._namespaces[name[1:].partition(":")[0]] = key[1:].partition("}")[0]
                path = f"{owner.path}/{name}"
                bind = self._bind(path)
                found[name] = self._elements[path] = Question(
                    name=name,
                    path=path,
                    parent=owner if isinstance(owner, Group) else owner.parent,
                    bind=bind,
                    type=question_type(_NO_CONTROL, bind),
                    default=text,
                )
        if found:
            object.__setattr__(owner, "attributes", tuple(found.values()))

    def _bind(self, path: str) -> Bind:
        bind = self._binds.get(path)
        if bind is None:
            return NO_BIND
        given = dict(bind.items())
        for name in ("nodeset", "ref", "id"):
            given.pop(name, None)
        take = given.pop
        preload = (take(f"{JR}preload", ""), take(f"{JR}preloadParams", ""))
        return Bind(
            data_type=take("type", "string").rpartition(":")[2] or "string",
            relevant=take("relevant", ""),
            constraint=take("constraint", ""),
            required=take("required", ""),
            readonly=take("readonly", ""),
            calculate=take("calculate", ""),
            constraint_message=self._message(take(f"{JR}constraintMsg", "")),
            required_message=self._message(take(f"{JR}requiredMsg", "")),
            preload=preload if preload[0] else None,
            attributes=named(given.items(), bind) if given else given,
        )

    def _message(self, text: str) -> Text:
        if not text:
            return NO_TEXT
        known = itext_id(text)
        return self._itext.get(known, NO_TEXT) if known else Text({"": (text,)})

    def _question(self, parent: Group, name: str, path: str, node: Any) -> Question:
        control = self._body.controls.get(path)
        bind = self._bind(path)
        if name.rpartition(":")[2] == "instanceID" and not (bind.preload or bind.calculate or node.text):
            bind = Bind(preload=("uid", ""))
        own = bind.attributes
        rollover: Rollover = own.get("habitat:rollover", "")  # type: ignore[assignment]
        shown = control or _NO_CONTROL
        list_name = _FIRST_TEXT.search(shown.itemset.nodeset) if shown.itemset else None
        return Question(
            name=name,
            path=path,
            parent=parent,
            bind=bind,
            type=question_type(shown, bind),
            has_control=control is not None and not _is_head_of_table(shown),
            appearance=shown.appearance,
            label_text=shown.label,
            hint_text=shown.hint,
            guidance_text=shown.guidance,
            list_name=list_name[2].removesuffix(".csv") if list_name else "",
            searched=shown.searched,
            default=node.text or "",
            parameters=shown.attributes,
            choices=shown.choices,
            itemset=shown.itemset,
            rollover=rollover,
            strict=bool(own) and own.get("habitat:strict", "").strip().lower() in _YES,
            unit=own.get("habitat:unit", ""),
        )


def _is_head_of_table(control: Control) -> bool:
    """Whether `control` only shows the labels of its choices, over the selects of a table-list."""
    return control.tag in ("select1", "select") and "label" in control.appearance.split()


def _blank(seed: Seed) -> Seed:
    """Return `seed` without its values: entries that stand in a form are no templates for new ones."""
    return Seed(seed.name, "", tuple(_blank(child) for child in seed.children), seed.attributes)


__all__ = ["HABITAT_URI", "ORX_URI", "Action", "parse_xform"]
