"""Contact data: e-mail addresses and phone numbers, each in one normal form."""
