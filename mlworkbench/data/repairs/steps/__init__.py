"""One file per repair step."""
