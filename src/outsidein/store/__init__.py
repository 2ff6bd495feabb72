"""The operational store: cases, consents, deliveries and other changing rows (SQLAlchemy)."""
