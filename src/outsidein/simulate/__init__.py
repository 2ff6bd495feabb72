"""A simulated firm with known truth: an oracle for tests, a trial before going live."""
