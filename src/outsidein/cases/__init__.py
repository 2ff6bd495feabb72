"""Cases: work about one customer and one issue, from its receipt to the customer's verdict."""
