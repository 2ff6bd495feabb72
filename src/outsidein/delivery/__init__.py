"""Mails and webhooks that are to go out: an outbox that survives crashes, and what empties it."""
