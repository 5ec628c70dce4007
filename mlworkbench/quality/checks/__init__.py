"""The checks, one file per code."""
