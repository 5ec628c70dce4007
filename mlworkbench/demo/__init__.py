"""The demo: a simulated churn project that walks every stage."""

from __future__ import annotations
