"""One file per retraining strategy."""
