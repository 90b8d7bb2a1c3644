"""Forms and records as they are printed: a tree without Qt, which gui/printed_*.py lays out on pages."""
