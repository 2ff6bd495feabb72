"""Outgoing mails and webhooks: a crash-safe outbox and its dispatcher."""
