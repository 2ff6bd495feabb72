"""What each factor of an offering does to satisfaction, from ratings, questions and ladders."""
