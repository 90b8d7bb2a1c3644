"""`python -m habitat_desktop.i18n`: the tools of translators and of those who write texts."""

from habitat_desktop.i18n.commands import i18n

i18n(prog_name="python -m habitat_desktop.i18n")
