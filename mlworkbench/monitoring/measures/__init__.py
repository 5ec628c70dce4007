"""Drift tests, one file each."""
