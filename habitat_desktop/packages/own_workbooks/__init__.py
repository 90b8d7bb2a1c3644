"""An office's own workbooks: any sheet with a header row, mapped to the questions of a form.

`mapping` says which column answers what and keeps it for the next time, `proposing` guesses it, `reading`
reads the rows and tells every cell that does not fit, `loading` makes drafts of them or a past period to
compare with.
"""
