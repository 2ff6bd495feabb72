"""Pages: what people do without a command line."""
