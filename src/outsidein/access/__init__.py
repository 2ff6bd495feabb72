"""Who may use the system: people, roles, sign-ins, keys."""
