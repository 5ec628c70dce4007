"""One file per synthesizer."""
