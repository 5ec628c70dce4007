"""One file per kind of step; each registers its StepSpec."""
