"""Steps of a build: what each reads, writes and publishes, and what the build gives it."""
