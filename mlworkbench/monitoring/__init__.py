"""Monitoring: is the world still the one the model learned?"""

from __future__ import annotations
