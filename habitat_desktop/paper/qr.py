"""The QR code of a record: its id, which a scanner types into the search field."""


def modules(text: str) -> tuple[bytes, ...]:
    """Return the squares of the code that says `text`: rows of 0 and 1, with the quiet edge around them."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return tuple(bytes(row) for row in code.matrix_iter(border=4))
