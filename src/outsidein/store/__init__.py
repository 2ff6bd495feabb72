"""The operational store: rows that change while the firm works, behind SQLAlchemy."""
