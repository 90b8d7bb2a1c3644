"""What only headquarters does: offices, packages received, receipts owed."""
