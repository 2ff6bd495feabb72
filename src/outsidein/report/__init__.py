"""The report: one page of HTML from the figures of a snapshot, to read, hand round and print."""
