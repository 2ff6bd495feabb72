"""A shift: a lasting change in what customers say, where they stand and when they leave."""
