"""Whether every page can be read in every language: nothing cut off, nothing left in English."""
