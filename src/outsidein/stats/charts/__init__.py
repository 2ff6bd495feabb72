"""Control charts: is a process as it was, since when not, which units differ, and where to aim."""
