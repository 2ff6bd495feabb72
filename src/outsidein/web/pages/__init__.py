"""The pages of the site, a module each."""
