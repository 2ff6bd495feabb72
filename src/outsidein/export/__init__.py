"""Exports: tables and figures of a build, for spreadsheets, notebooks and BI tools."""
