"""Scoping: the canvas, and the contract that later stages read."""

from __future__ import annotations
