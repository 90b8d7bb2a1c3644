"""Our engine beside JavaRosa, ODK Web Forms and rxeval, in one run: `make peers`. None is in the product."""
