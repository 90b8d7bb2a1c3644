"""The forms installed here: title, version, languages, how many questions."""

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget

from habitat_desktop.gui import commands, kit
from habitat_desktop.gui.collation import in_order
from habitat_desktop.gui.form_names import form_icon
from habitat_desktop.gui.page import Page
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.xforms.library import FormInfo


class FormsPage(Page):
    """A list to look at; Enter begins a return of the chosen form."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._forms: list[FormInfo] = []
        self._print = kit.QuietButton("", "print", self._print_chosen)
        self._head = kit.PageHead("", "", self._print)
        self.table = kit.Table("", two_lines=True)
        self._model = kit.CellTable(self.table)
        self.table.setModel(self._model)
        self.table.opened.connect(self._begin)
        self._stack = QStackedWidget()
        self._stack.addWidget(kit.frame("card", kit.column((self.table, 1), margins=(1, 1, 1, 1))))
        self.setLayout(kit.column(self._head, (self._stack, 1), space=12, margins=kit.PAGE_MARGINS))

    def enter(self, **context: Any) -> None:
        self.refresh()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        self._forms = in_order(self.workspace.library.newest(), lambda info: info.title(language()))
        count = len(self._forms)
        text = ngettext("{count} form is installed", "{count} forms are installed", count)
        self._head.set_texts(_("Forms"), text.format(count=count))
        self._print.setText(_("Print the blank form…"))
        self._print.setShortcut("Ctrl+P")
        self._print.setToolTip(ltr("Ctrl+P"))
        self._print.setEnabled(count > 0)
        self.table.setAccessibleName(_("Forms"))
        heads = (_("Form"), _("Version"), _("Filled"), _("Questions"), _("Languages"), _("Next step"))
        is_office = self.workspace.settings.role == "office"
        self._model.show_rows(
            heads if is_office else heads[:-1], [self._row(f, is_office) for f in self._forms]
        )
        widths = (0, 104, 132, 100, 348, 104)
        self.table.set_columns(*(widths if is_office else widths[:-1]))
        kit.drop_pages(self._stack, 1)
        if not count:
            empty = kit.EmptyState(
                "book", _("No form is installed"), _("Forms come with packages from headquarters.")
            )
            self._stack.addWidget(kit.frame("card", kit.column(empty)))
        self._stack.setCurrentIndex(0 if count else 1)

    def _row(self, form: "FormInfo", is_office: bool) -> tuple[kit.Cell, ...]:
        names = [languages()[code].endonym if code in languages() else code for code in form.languages]
        begin = (kit.Cell(pgettext("next step", "Start"), kind="link"),) if is_office else ()
        return (
            kit.Cell(form.title(language()), ltr(form.form_id), strong=True, icon=form_icon(form.form_id)),
            kit.Cell(form.version, mono=True, tone="text_muted"),
            kit.Cell(periodicity_word(form.periodicity)),
            kit.Cell(str(form.questions), kind="number"),
            # Translators: the separator of a list of languages.
            kit.Cell(pgettext("list separator", ", ").join(iso(name) for name in names), tone="text_muted"),
            *begin,
        )

    def _print_chosen(self) -> None:
        """Print the chosen form to be filled in by hand, the first one where none is chosen."""
        from habitat_desktop.gui.print_dialog import print_blank

        chosen = self._forms[max(self.table.currentIndex().row(), 0)]
        print_blank(self.frame, chosen.form_id, chosen.version)

    def _begin(self, row: int) -> None:
        if self.workspace.settings.role == "office":
            commands.new_return(self.frame, form_id=self._forms[row].form_id)


def periodicity_word(periodicity: str) -> str:
    """Say how often a form is filled."""
    return {
        "half-year": pgettext("periodicity", "every half-year"),
        "year": pgettext("periodicity", "every year"),
        "biennium": pgettext("periodicity", "every two years"),
    }.get(periodicity, pgettext("periodicity", "as needed"))
