"""Profiling: the first look at a table, and the ydata report beside it."""

from __future__ import annotations
