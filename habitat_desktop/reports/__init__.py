"""Tables and documents made from records."""
