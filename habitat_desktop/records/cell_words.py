"""The choices of a question by every word people write for them: code, or label in any language."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from habitat_desktop.i18n.text import fold
from habitat_desktop.xforms.choices import listed_choices
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.itemsets import Choice

_MARKUP = re.compile(r"[*_`]|<[^<>]{0,80}>")
_MOST_LABELS = 2_000  # labels that are looked through for one that is near
_NEAR = 0.62
_MOST_NEAR = 3
_SEPARATORS = (r"[;؛；\n|]", r"[;؛；\n|,،，、]", r"[;؛；\n|,،，、/+&]")


class ChoiceWords:
    """Finds the choices of `question` in texts. What is on offer now is given with each call."""

    def __init__(self, form: Form, question: Question, language: str) -> None:
        self._form, self._question = form, question
        self._languages = tuple(dict.fromkeys((language, *form.languages)))
        self._static: dict[str, dict[str, list[str]]] = {}
        self._offered: dict[int, tuple[tuple[Choice, ...], dict[str, list[str]], dict[str, str]]] = {}
        self._near: dict[tuple[int, str], tuple[str, ...]] = {}

    def codes(self, text: str, choices: tuple[Choice, ...]) -> list[str]:
        """Return what `text` may name: one code where that is certain, several of one label, or none."""
        typed = text.strip()
        _choices, by_label, by_code = self._index(choices)
        if typed in by_code:
            return [typed]
        for wanted in (_plain(typed), _letters(typed)):
            if not wanted:
                continue
            found = by_label.get(wanted)
            if found:
                return found
            for language in self._languages:
                known = [code for code in self._labels(language).get(wanted, ()) if code in by_code]
                if known:
                    return known
        folded = fold(typed)
        alike = [code for code in by_code if fold(code) == folded]
        return alike if len(alike) == 1 else []

    def nearest(self, text: str, choices: tuple[Choice, ...]) -> tuple[str, ...]:
        """Return the codes whose labels are most like `text`, the likest first; () where none is."""
        key = (id(choices), text)
        if key not in self._near:
            if len(self._near) > _MOST_LABELS:
                self._near.clear()
            self._near[key] = self._look_near(_letters(text)[:80], choices)
        return self._near[key]

    def several(self, text: str, choices: tuple[Choice, ...]) -> tuple[list[str], list[str]]:
        """Return the codes named in `text` and the parts that name none.

        The parts stand between semicolons, line breaks or commas; labels may have commas themselves.
        """
        whole = self.codes(text, choices)
        if len(whole) == 1:
            return whole, []
        spaced = text.split()
        known = self._index(choices)[2]
        if spaced and all(one in known for one in spaced):
            return list(dict.fromkeys(spaced)), []
        best: tuple[list[str], list[str]] | None = None
        for signs in _SEPARATORS:
            parts = [part.strip() for part in re.split(signs, text) if part.strip()]
            named = [self.codes(part, choices) for part in parts]
            codes = [found[0] for found in named if len(found) == 1]
            unknown = [part for part, found in zip(parts, named, strict=True) if len(found) != 1]
            if not unknown:
                return list(dict.fromkeys(codes)), []
            if best is None or len(codes) > len(best[0]):
                best = (list(dict.fromkeys(codes)), unknown)
        return best or ([], [text])

    def shown(self, codes: Iterable[str], choices: tuple[Choice, ...]) -> str:
        """Return the labels of `codes`, with semicolons between."""
        known = self._index(choices)[2]
        return "; ".join(known.get(code) or code for code in codes)

    def _index(
        self, choices: tuple[Choice, ...]
    ) -> tuple[tuple[Choice, ...], dict[str, list[str]], dict[str, str]]:
        found = self._offered.get(id(choices))
        if found is None:
            if len(self._offered) > 200:
                self._offered.clear()
            labels = [(choice.value, choice.label) for choice in choices]
            shown = {code: " ".join(_MARKUP.sub("", label).split()) for code, label in labels}
            found = (choices, _by_label(labels), shown)
            self._offered[id(choices)] = found  # with the choices, so that their id stays theirs
        return found

    def _labels(self, language: str) -> dict[str, list[str]]:
        if language not in self._static:
            listed = listed_choices(self._form, self._question, language)
            self._static[language] = _by_label((choice.value, choice.label) for choice in listed)
        return self._static[language]

    def _look_near(self, wanted: str, choices: tuple[Choice, ...]) -> tuple[str, ...]:
        if len(wanted) < 2:
            return ()
        known = self._index(choices)[2]
        best: dict[str, float] = {}
        for language in self._languages:
            labels = self._labels(language) or self._index(choices)[1]
            for number, (label, codes) in enumerate(labels.items()):
                if number >= _MOST_LABELS:
                    break
                likeness = _likeness(wanted, _letters(label))
                for code in codes:
                    if code in known and likeness > best.get(code, _NEAR):
                        best[code] = likeness
        ranked = sorted(best, key=lambda code: -best[code])
        return tuple(ranked[:_MOST_NEAR])


def _by_label(labels: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, label in labels:
        for key in {_plain(label), _letters(label)}:
            if key and code not in found.setdefault(key, []):
                found[key].append(code)
    return found


def _plain(label: str) -> str:
    return fold(_MARKUP.sub("", label))


def _letters(label: str) -> str:
    """Return the letters and digits of a label alone: "Peri-urban" and "peri urban" are one."""
    return "".join(sign for sign in fold(label) if sign.isalnum())


def _likeness(wanted: str, label: str) -> float:
    """Return how like the two are, from 0 to 1; a part of a label is nearly as good as all of it."""
    if not label:
        return 0.0
    if len(wanted) >= 4 and (wanted in label or (len(label) >= 4 and label in wanted)):
        return 0.8 + 0.2 * min(len(wanted), len(label)) / max(len(wanted), len(label))
    matcher = SequenceMatcher(None, wanted, label, autojunk=False)
    if matcher.real_quick_ratio() < _NEAR or matcher.quick_ratio() < _NEAR:
        return 0.0
    return matcher.ratio()


def joined(codes: Sequence[str]) -> str:
    """Return codes as a question with several choices stores them."""
    return " ".join(codes)
