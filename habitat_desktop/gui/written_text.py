"""The text of a field of several lines as it was written.

`QPlainTextEdit.toPlainText` turns no-break spaces into plain ones: French would lose them by being shown.
"""

from PySide6.QtWidgets import QPlainTextEdit, QTextEdit


def written(field: QPlainTextEdit | QTextEdit) -> str:
    """Return the text of `field`, every sign of it, with LF between paragraphs and lines."""
    return field.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")
