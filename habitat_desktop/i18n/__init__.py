"""Languages: catalogues, names, numbers in and out, bidi, extraction, checks."""
