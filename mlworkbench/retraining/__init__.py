"""Retraining: would a newer model be better, and is it?"""

from __future__ import annotations
