"""The first start: language, office, name, folder. It makes a workspace; no network is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from habitat_desktop import __version__
from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, look, theme
from habitat_desktop.gui.about import languages_sentence
from habitat_desktop.gui.country_picker import CountryBox
from habitat_desktop.gui.enrolment_work import Requested, ask_request_path, save_request
from habitat_desktop.gui.fingerprint import FingerprintBox
from habitat_desktop.gui.mark import Mark
from habitat_desktop.gui.sample_work import making
from habitat_desktop.i18n.catalogues import _, explain, language, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.names import country, country_name
from habitat_desktop.i18n.text import clean, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.settings import HEADQUARTERS, Person, Role, Settings
from habitat_desktop.workspace import Workspace, create_workspace, default_folder

_FORM_WIDTH = 560
_SIDE_WIDTH = 300
_FUNCTIONS = {"office": "hpm", "region": "ro_focal", "headquarters": "hq_focal"}


@dataclass
class Answers:
    """What the person said so far; kept when the language changes in the middle."""

    folder: Path
    role: Role = "office"
    country: str = ""
    office: str = ""
    name: str = ""
    person: str = ""
    email: str = ""
    office_typed: bool = False  # code and name are proposed until somebody types them
    name_typed: bool = False

    def settings(self) -> Settings:
        """Return the settings of the workspace to be made."""
        person = clean(self.person).strip()
        return Settings(
            role=self.role,
            office=self.office.strip().upper(),
            name=clean(self.name).strip(),
            countries=(self.country,) if self.country else (),
            language=language(),
            persons=(Person(person, self.email.strip(), _FUNCTIONS[self.role]),),
            person=person,
        )


class SetupWizard(QWidget):
    """Four steps in a window of their own, and a fifth once the workspace is made."""

    made = Signal(object)  # the Workspace

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.answers = Answers(folder)
        self.step = 0
        self.workspace: Workspace | None = None  # once it is made
        self._job: jobs.Job | None = None
        self.choose_target: Callable[[], Path | None] = self._ask_target  # what a test replaces
        self.request_button: kit.Button
        self.look_around: kit.Button
        self.saved: kit.Label
        self._content = kit.row(space=0)
        self.setLayout(self._content)
        self.setMinimumSize(683, 384)
        self.resize(1100, 640)
        self._show()

    def choose_language(self, code: str) -> None:
        """Speak `code` at once; what was answered stays."""
        look.apply(code)
        self._show()

    def go(self, step: int) -> None:
        """Show `step`; going on needs the answers of the step before."""
        if step > self.step and (missing := self._missing()):
            self._say(missing)
            return
        if step == len(_STEPS) - 1:
            self._make()
            return
        if step == len(_STEPS):
            self._open()
            return
        self.step = step
        self._show()

    def save_request(self) -> None:
        """Ask where to and write the request of the workspace that was made."""
        assert self.workspace is not None
        path = self.choose_target()
        if path is not None:
            work = partial(save_request, self.workspace, path)
            jobs.run(work, self, done=self._request_saved, failed=self._failed)

    def _request_saved(self, made: Requested) -> None:
        self.saved.setText(_("Saved: {path}").format(path=ltr(str(made.path))))
        self.saved.show()

    def _ask_target(self) -> Path | None:
        return ask_request_path(self, self.workspace) if self.workspace is not None else None

    def _show(self) -> None:
        self.setWindowTitle(_("Habitat Desktop"))
        kit.clear(self._content)
        body = kit.frame("canvas")
        # a form of fixed width in the middle of what room there is
        form = QWidget()
        form.setMaximumWidth(round(_FORM_WIDTH * theme.current().scale))
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        self.problem_action = kit.LinkButton("")
        self.problem_action.hide()
        title, help_text = _HEADS[self.step]()
        fields = kit.column(
            kit.Label(title, "title", strong=True, wrap=True),
            kit.Label(help_text, tone="muted", wrap=True),
            8,
            *_PAGES[self.step](self),
            self.problem,
            kit.row(self.problem_action, None),
            16,
            self._buttons(),
            space=8,
        )
        form.setLayout(fields)
        inner = QWidget()
        inner.setLayout(kit.column(None, kit.row((form, 1)), None, margins=(32, 24, 32, 24)))
        body.setLayout(kit.row((kit.scrolling(inner), 1)))
        self._content.addWidget(self._side())
        self._content.addWidget(body, 1)
        self._focus_first(form)

    def _side(self) -> QFrame:
        side, inner = kit.frame("rail"), QWidget()
        side.setFixedWidth(round(_SIDE_WIDTH * theme.current().scale))
        steps = kit.column(space=12)
        for number, name in enumerate(_STEPS):
            is_done, is_here = number < self.step, number == self.step
            icon = kit.IconLabel(
                "checkmark_circle" if is_done else "circle",
                "accent" if is_done or is_here else "text_muted",
                filled=is_done,
                spoken=_("Done") if is_done else "",
            )
            label = kit.Label(name(), tone="text" if is_here else "muted", strong=is_here, wrap=True)
            steps.addLayout(kit.row(icon, (label, 1), space=12))
        inner.setLayout(
            kit.column(
                kit.row(Mark(40), None),
                16,
                kit.Label(_("Set up this laptop"), "title", strong=True, wrap=True),
                kit.Label(_("Five short steps. No network needed."), tone="muted", wrap=True),
                16,
                steps,
                None,
                kit.Label(_("Version {version}").format(version=ltr(__version__)), "caption", "muted"),
                kit.Label(languages_sentence(), "caption", "muted", wrap=True),
                space=4,
                margins=(24, 32, 24, 24),
            )
        )
        side.setLayout(kit.row((kit.scrolling(inner), 1)))
        return side

    def _buttons(self) -> QWidget:
        words = _("Set up") if self.step == len(_STEPS) - 2 else _("Continue")
        if self.workspace is not None:
            words = _("Open the program")
        self.forward = kit.ForwardButton(words, "primary", lambda: self.go(self.step + 1))
        box = QWidget()
        row = kit.row(None, self.forward)
        if not self.step:
            self.look_around = kit.QuietButton(_("Look around with sample data"), "eye", self._make_sample)
            row.insertWidget(0, self.look_around)
        if self.step and self.workspace is None:
            row.insertWidget(0, kit.QuietButton(_("Back"), does=lambda: self.go(self.step - 1)))
        box.setLayout(row)
        return box

    def _focus_first(self, form: QWidget) -> None:
        fields = form.findChildren(QLineEdit)
        for field in fields:
            if not isinstance(field.parentWidget(), CountryBox):  # there Enter takes the country
                field.returnPressed.connect(self.forward.click)
        (fields[0] if fields and self.step else self.forward).setFocus(Qt.FocusReason.OtherFocusReason)

    def _missing(self) -> str:
        """Return what the step still needs, as a sentence; "" when it is complete."""
        answers = self.answers
        if self.step == 1:
            if answers.role == "office" and not answers.country:
                return _("Choose the country of the office.")
            code = answers.office.strip()
            if not (code.isascii() and code.isalnum() and 2 <= len(code) <= 8):
                return _("The office code has 2 to 8 letters and digits, such as KE.")
            if not answers.name.strip():
                return _("Give the name of the office.")
        if self.step == 2 and not answers.person.strip():
            return _("Give your name; it stands beside what you write.")
        if self.step == 3:
            return self._folder_trouble()
        return ""

    def _folder_trouble(self) -> str:
        """Refuse a folder on a network or one that is synchronized, and offer a better one."""
        from habitat_desktop.records.places import NetworkFolderError, SyncedFolderError, check_folder

        try:
            check_folder(self.answers.folder)
        except (NetworkFolderError, SyncedFolderError) as error:
            better = _better_place()
            if better is not None:
                self._offer(better)
            return explain(error)
        return ""

    def _offer(self, folder: Path) -> None:
        def take() -> None:
            self.answers.folder = folder
            self._show()

        text = _("Use {folder} instead").format(folder=ltr(str(folder)))
        self.problem_action.setText(text)
        self.problem_action.clicked.connect(lambda *_: take())
        self.problem_action.show()

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()

    def _make(self) -> None:
        folder, settings = self.answers.folder, self.answers.settings()
        self.forward.setEnabled(False)

        def work(progress: Progress) -> object:
            workspace = create_workspace(folder, settings)
            _ = workspace.keyring.public  # made here, off the window's thread
            return workspace

        self._job = jobs.run(work, self, done=self._done, failed=self._failed)

    def _make_sample(self) -> None:
        """Make the workspace in which nothing counts, beside where the real one will be."""
        self.look_around.setEnabled(False)
        self.forward.setEnabled(False)
        self._say_progress(0, 1)
        self._job = jobs.run(
            making(self.answers.folder),
            self,
            done=self._sample_made,
            failed=self._failed,
            progressed=self._say_progress,
        )

    def _say_progress(self, done: int, total: int) -> None:
        theme.set_property(self.problem, "tone", "muted")
        text = _("Sample data is being prepared: {done} of {total}")
        self._say(text.format(done=ltr(str(done)), total=ltr(str(total))))

    def _sample_made(self, workspace: Workspace) -> None:
        self.made.emit(workspace)
        self.close()

    def _done(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.step = len(_STEPS) - 1
        self._show()

    def _open(self) -> None:
        workspace, self.workspace = self.workspace, None  # its window has it from now on
        self.made.emit(workspace)
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if self._job is not None:
            self._job.cancel()
        if self.workspace is not None:
            self.workspace.close()  # made, but its window was not opened: the next start does that

    def _failed(self, error: Exception) -> None:
        self.forward.setEnabled(True)
        self.look_around.setEnabled(True)
        theme.set_property(self.problem, "tone", "error")
        if not isinstance(error, HabitatError):
            jobs.report_failure(error)
            return
        self._say(explain(error))


# the steps: name in the side bar, head of the page, its fields

_STEPS: tuple[Callable[[], str], ...] = (
    lambda: _("Language"),
    lambda: _("Your office"),
    lambda: _("Your name"),
    lambda: _("Where your data is kept"),
    lambda: _("Your signing key"),
)
_HEADS: tuple[Callable[[], tuple[str, str]], ...] = (
    lambda: (
        _("Choose your language"),
        _("You can change it at any time, also in the middle of a form. Your answers stay."),
    ),
    lambda: (
        _("Your office"),
        _("The code stands in every record label and package; headquarters knows your office by it."),
    ),
    lambda: (
        _("Your name"),
        _("Several people may share this laptop: more are added in the settings."),
    ),
    lambda: (
        _("Where your data is kept"),
        _("A folder on this computer. Choose no network drive and no folder that is synchronized."),
    ),
    lambda: (
        _("Your signing key"),
        _("It was made on this computer just now. Everything you send is signed with it."),
    ),
)


def _language_fields(wizard: SetupWizard) -> list[QWidget | int]:
    grid = QGridLayout()
    grid.setSpacing(8)
    grid.setContentsMargins(0, 0, 0, 0)
    group = QButtonGroup(wizard)
    for number, (code, row) in enumerate(languages().items()):
        on = code == language()
        button = kit.Button(row.endonym, "segment", does=partial(wizard.choose_language, code))
        if on:
            button = kit.Button(row.endonym, "segment", "checkmark", lambda: None)
        button.setProperty("big", True)
        button.setChecked(on)
        group.addButton(button)
        grid.addWidget(button, number // 3, number % 3)
    box = QWidget()
    box.setLayout(grid)
    title = _("Numbers in your way of writing")
    text = _(
        "Numbers may be typed with any digits and with comma or point; the program shows what it understood."
    )
    return [box, 8, kit.Banner("info", title, text)]


def _office_fields(wizard: SetupWizard) -> list[QWidget | int]:
    answers = wizard.answers
    code, name = QLineEdit(answers.office), QLineEdit(answers.name)
    place = CountryBox(answers.country)

    def propose() -> None:
        """Propose code and name from the country until somebody types them."""
        if not answers.office_typed:
            answers.office = _proposed_code(answers)
            code.setText(answers.office)
        if not answers.name_typed:
            answers.name = _proposed_name(answers)
            name.setText(answers.name)

    def chose_role(role: Role, _on: bool = True) -> None:
        answers.role = role
        place.setEnabled(role != "headquarters")
        code.setReadOnly(role == "headquarters")
        if role == "headquarters":
            answers.country, answers.office_typed = "", False
            place.setCurrentIndex(-1)
        propose()

    def chose_country() -> None:
        answers.country = place.code()
        propose()

    place.editTextChanged.connect(lambda _text: chose_country())
    place.setEnabled(answers.role != "headquarters")
    code.setReadOnly(answers.role == "headquarters")
    code.setMaxLength(8)
    code.textEdited.connect(lambda text: _set(answers, office=text.upper(), office_typed=True))
    name.textEdited.connect(lambda text: _set(answers, name=text, name_typed=True))
    return [
        _role_buttons(answers.role, chose_role),
        *_field(_("Country"), place),
        *_field(_("Office code"), code),
        *_field(_("Name of the office"), name),
    ]


def _role_buttons(role_now: Role, chose: Callable[[Role, bool], None]) -> QWidget:
    roles: tuple[tuple[Role, str], ...] = (
        ("office", _("Country office")),
        ("region", _("Regional office")),
        ("headquarters", _("Headquarters")),
    )
    buttons = []
    for role, text in roles:
        radio = QRadioButton(text)
        radio.setChecked(role == role_now)
        radio.clicked.connect(partial(chose, role))
        buttons.append(radio)
    box = QWidget()
    box.setLayout(kit.row(*buttons, None, space=16))
    return box


def _person_fields(wizard: SetupWizard) -> list[QWidget | int]:
    answers = wizard.answers
    name, email = QLineEdit(answers.person), QLineEdit(answers.email)
    name.textEdited.connect(lambda text: _set(answers, person=text))
    email.textEdited.connect(lambda text: _set(answers, email=text))
    return [*_field(_("Your name"), name), *_field(_("E-mail address (if you like)"), email)]


def _folder_fields(wizard: SetupWizard) -> list[QWidget | int]:
    path = QLineEdit(str(wizard.answers.folder))
    path.setReadOnly(True)
    path.setCursorPosition(0)
    path.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def choose() -> None:
        chosen = QFileDialog.getExistingDirectory(wizard, _("Choose a folder"), str(Path.home()))
        if chosen:
            wizard.answers.folder = Path(chosen) / "Habitat Desktop"
            path.setText(str(wizard.answers.folder))

    label = kit.field_label(_("Folder"), path)
    box = QWidget()
    box.setLayout(kit.row((path, 1), kit.Button(_("Choose another folder…"), icon="folder", does=choose)))
    return [label, box]


def _key_fields(wizard: SetupWizard) -> list[QWidget | int]:
    workspace = wizard.workspace
    assert workspace is not None
    at_headquarters = workspace.settings.role == "headquarters"
    steps = (
        _("Offices send you their requests; you send them yours.")
        if at_headquarters
        else _("Save the request and send it to headquarters; headquarters sends you its own."),
        _("Telephone each other and compare the fingerprints, this one and the other."),
        _("Take in the request of the other side under Settings, Keys. Until then no package is taken in."),
    )
    rows = kit.column(space=4)
    for number, text in enumerate(steps, start=1):
        step = kit.row(space=8)
        step.addWidget(kit.Label(ltr(f"{number}."), strong=True), 0, Qt.AlignmentFlag.AlignTop)
        step.addWidget(kit.Label(text, wrap=True), 1)
        rows.addLayout(step)
    box = QWidget()
    box.setLayout(rows)
    wizard.request_button = kit.Button(_("Save the request…"), icon="save", does=wizard.save_request)
    wizard.saved = kit.Label("", tone="ok", wrap=True)
    wizard.saved.hide()
    line = QWidget()
    line.setLayout(kit.column(kit.row(wizard.request_button, None), wizard.saved, space=4))
    return [FingerprintBox(workspace.keyring.public.fingerprint), 8, box, 8, line]


_PAGES: tuple[Callable[[SetupWizard], list[Any]], ...] = (
    _language_fields,
    _office_fields,
    _person_fields,
    _folder_fields,
    _key_fields,
)


def _field(text: str, field: QWidget) -> tuple[QWidget, QWidget]:
    return kit.field_label(text, field), field


def _set(answers: Answers, **values: object) -> None:
    for name, value in values.items():
        setattr(answers, name, value)


def _better_place() -> Path | None:
    """Return a folder on this computer's own disk that may hold the data."""
    from habitat_desktop.records.places import trouble_with

    name = "Habitat Desktop"
    for folder in (default_folder(), Path.home() / name, Path(Path.home().anchor) / name):
        if trouble_with(folder) is None:
            return folder
    return None


def _proposed_code(answers: Answers) -> str:
    if answers.role == "headquarters":
        return HEADQUARTERS
    row = country(answers.country)
    if row is None:
        return ""
    return row.iso2 if answers.role == "office" else ""


def _proposed_name(answers: Answers) -> str:
    if answers.role == "headquarters":
        return pgettext("office", "Headquarters")
    if answers.role == "region" or not answers.country:
        return ""
    # Translators: a proposed name of an office: "Office in Kenya".
    return _("Office in {country}").format(country=country_name(answers.country, language()))
