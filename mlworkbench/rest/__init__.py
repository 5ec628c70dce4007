"""The REST service: predictions for other programs."""

from __future__ import annotations
