"""What went extremely wrong or right, what it does to customers staying, and what that costs."""
