"""The firewall: links that would make an impossible customer go to clerical review."""
