"""What each noun could say to a manager, in short."""
