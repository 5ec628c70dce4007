"""Governance: who may rely on this model, and on what evidence."""

from __future__ import annotations
