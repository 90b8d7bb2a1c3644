"""Questionnaires: workbooks for people who only have Excel, and their answers back into a draft.

asking     what is asked of whom: questions in reading order, entries, choices, what is known already
manifest   what a questionnaire says of itself, in its hidden sheet
making     a record -> a workbook: cover, question sheets, tables
locating   a filled workbook -> the cells of each question, however it was sorted or moved
reading    cells -> answers
taking     answers -> the draft of the record, cell by cell
"""
