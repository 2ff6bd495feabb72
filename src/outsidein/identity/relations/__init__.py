"""Relations suggested instead of a merge: households, and employees of firms."""
