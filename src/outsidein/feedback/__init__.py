"""What customers say when they are asked, what they show, and what those say who stay silent."""
