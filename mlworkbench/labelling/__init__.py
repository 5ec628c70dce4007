"""Labelling: labels that people give, how far they agree, and which of them a model doubts."""
