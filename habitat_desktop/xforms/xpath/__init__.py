"""The XPath dialect of ODK XForms: text -> syntax tree -> Python closure."""
