"""Records: revisions and drafts in one database. The only importer of SQLAlchemy."""
