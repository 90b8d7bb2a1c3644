"""The engine against forms, expressions and recorded scenarios out of public projects."""
