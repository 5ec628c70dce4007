"""One file per template; each registers its Template."""
