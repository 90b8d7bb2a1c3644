"""XPath as XForms speak it: text -> syntax tree -> closures."""
