"""The REST service: predictions for other programs."""

from __future__ import annotations

from mlworkbench.rest.app import create_app
from mlworkbench.rest.running import serve

__all__ = ["create_app", "serve"]
