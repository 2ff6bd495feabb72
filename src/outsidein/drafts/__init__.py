"""Drafts of a project: what to declare about exports that a firm already has."""
