"""Segments: groups of customers by a rule over what is known of them."""
