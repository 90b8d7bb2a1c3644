"""Figures beside peers and physical floors, in one run: `make bench`. Printed, never asserted."""
