"""Repairs: recorded steps from a table to a table; a chain of them makes one new version."""
