"""The estimators: each module registers one EstimatorSpec."""
