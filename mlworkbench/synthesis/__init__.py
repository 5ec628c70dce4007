"""Synthetic data: rows that belong to nobody, with the evidence of how close they are."""

from __future__ import annotations
