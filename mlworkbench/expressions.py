"""Safe rules on columns: a small language that is parsed against an allow-list, never evaluated by Python."""

from __future__ import annotations
