"""Presentation: blocks, tables, charts, wording and money, shared by the report and the pages."""
