"""Identity: which records are one customer, and why."""
