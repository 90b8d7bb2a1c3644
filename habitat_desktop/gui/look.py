"""Language and look together: what a change of settings does to the running program."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from habitat_desktop.gui import theme
from habitat_desktop.i18n import catalogues
from habitat_desktop.i18n.languages import languages
from habitat_desktop.settings import Settings

_translator: QTranslator | None = None


def apply_settings(settings: Settings) -> theme.Theme:
    """Give the program the language and the look of `settings`, at once and without a restart."""
    return apply(settings.language, settings.theme, settings.density, settings.text_percent)


def apply(
    language: str,
    theme_name: theme.ThemeName = "system",
    density: theme.Density = "comfortable",
    text_percent: int = 100,
) -> theme.Theme:
    """Set the language of our texts and of Qt's own, the locale, the direction and the look."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    catalogues.set_language(language)
    row = languages()[language]
    QLocale.setDefault(QLocale(row.qt_locale))
    _speak_qt(app, row.qtbase)
    rtl = row.direction == "rtl"
    return theme.apply(app, theme_name, language, density, text_percent / 100, rtl=rtl)


def _speak_qt(app: QApplication, file_name: str) -> None:
    """Load Qt's own texts (OK, Cancel, file dialogs); English has none."""
    global _translator
    if _translator is not None:
        app.removeTranslator(_translator)
        _translator = None
    if file_name:
        translator = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(file_name, folder):
            app.installTranslator(translator)
            _translator = translator
