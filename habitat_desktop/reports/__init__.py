"""Reports: trees of headings, tables and figures made from records, written as Excel, Word and HTML."""
