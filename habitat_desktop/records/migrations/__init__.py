"""The history of the schema. A file in `versions` is frozen with its release and imports nothing of ours."""
