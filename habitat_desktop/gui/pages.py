"""The pages of the window in one table: to add a page, write its module and add its line here.

The factories import inside, so that a page costs nothing before its first visit. Each page is reached with
`frame.show_page(key, **context)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from habitat_desktop.gui.page import Page
from habitat_desktop.i18n.catalogues import pgettext
from habitat_desktop.settings import Role

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

Place = Literal["upper", "lower", "hidden"]
OFFICE: tuple[Role, ...] = ("office",)
HEADQUARTERS: tuple[Role, ...] = ("headquarters", "region")
EVERYONE = OFFICE + HEADQUARTERS


@dataclass(frozen=True)
class PageSpec:
    """One page, where it stands in the navigation ("hidden": reached from others) and who sees it."""

    key: str
    title: Callable[[], str]  # asked again after each change of language
    icon: str
    factory: "Callable[[MainWindow], Page]"
    roles: tuple[Role, ...] = EVERYONE
    place: Place = "upper"
    under: tuple[str, ...] = ("records",)  # a hidden page: the page of the navigation marked with it
    is_extra: bool = False  # in an office it stands in the navigation only where the settings ask for it


def _home(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.home_page import HomePage

    return HomePage(frame)


def _records(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.records_page import RecordsPage

    return RecordsPage(frame)


def _queries(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.queries_page import QueriesPage

    return QueriesPage(frame)


def _reports(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.reports_page import ReportsPage

    return ReportsPage(frame)


def _forms(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.forms_page import FormsPage

    return FormsPage(frame)


def _settings(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.settings_page import SettingsPage

    return SettingsPage(frame)


def _inbox(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.inbox_page import InboxPage

    return InboxPage(frame)


def _offices(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.offices_page import OfficesPage

    return OfficesPage(frame)


def _exchange(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.exchange_page import ExchangePage

    return ExchangePage(frame)


def _form(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.form_page import FormPage

    return FormPage(frame)


def _quarantine(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.quarantine_page import QuarantinePage

    return QuarantinePage(frame)


def _recovery(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.recovery_page import RecoveryPage

    return RecoveryPage(frame)


def _merge(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.merge_page import MergePage

    return MergePage(frame)


def _edits(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.edits_page import EditsPage

    return EditsPage(frame)


def _history(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.history_page import HistoryPage

    return HistoryPage(frame)


def _finalize(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.finalize_page import FinalizePage

    return FinalizePage(frame)


def _own_workbook(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.own_workbook_page import OwnWorkbookPage

    return OwnWorkbookPage(frame)


def _help(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.help_page import HelpPage

    return HelpPage(frame)


def _languages(frame: "MainWindow") -> Page:
    from habitat_desktop.gui.languages_page import LanguagesPage

    return LanguagesPage(frame)


PAGES = (
    PageSpec("home", lambda: pgettext("page", "Home"), "home", _home, roles=OFFICE),
    PageSpec("inbox", lambda: pgettext("page", "Inbox"), "mail_inbox", _inbox, roles=HEADQUARTERS),
    PageSpec("records", lambda: pgettext("page", "Records"), "document_table", _records),
    PageSpec("queries", lambda: pgettext("page", "Queries"), "chat_help", _queries),
    PageSpec("offices", lambda: pgettext("page", "Offices"), "building", _offices, roles=HEADQUARTERS),
    PageSpec("exchange", lambda: pgettext("page", "Send and receive"), "send", _exchange),
    PageSpec("reports", lambda: pgettext("page", "Reports"), "data_bar_vertical", _reports),
    PageSpec("forms", lambda: pgettext("page", "Forms"), "book", _forms),
    PageSpec("form", lambda: pgettext("page", "Form"), "document_text", _form, place="hidden"),
    PageSpec(
        "finalize",
        lambda: pgettext("page", "Check and finalize"),
        "clipboard_checkmark",
        _finalize,
        OFFICE,
        "hidden",
    ),
    PageSpec(
        "quarantine",
        lambda: pgettext("page", "Quarantine"),
        "shield_error",
        _quarantine,
        place="hidden",
        under=("inbox", "exchange"),
    ),
    PageSpec(
        "workbook",
        lambda: pgettext("page", "Your own Excel workbook"),
        "document_table",
        _own_workbook,
        OFFICE,
        "hidden",
    ),
    PageSpec("history", lambda: pgettext("page", "History"), "history", _history, place="hidden"),
    PageSpec("merge", lambda: pgettext("page", "Merge"), "branch_fork", _merge, place="hidden"),
    PageSpec(
        "edits",
        lambda: pgettext("page", "Changes made in Excel"),
        "edit",
        _edits,
        place="hidden",
        under=("inbox", "exchange"),
    ),
    PageSpec(
        "recovery",
        lambda: pgettext("page", "Brought back"),
        "history",
        _recovery,
        place="hidden",
        under=("settings",),
    ),
    PageSpec(
        "languages",
        lambda: pgettext("page", "Languages"),
        "local_language",
        _languages,
        place="lower",
        is_extra=True,
    ),
    PageSpec("settings", lambda: pgettext("page", "Settings"), "settings", _settings, place="lower"),
    PageSpec("help", lambda: pgettext("page", "Help"), "question_circle", _help, place="lower"),
)
