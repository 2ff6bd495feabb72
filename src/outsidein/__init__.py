"""Customer intelligence from the customer's side."""
