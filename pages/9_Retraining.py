"""Retraining: not built yet; this page says what it will be."""

from mlworkbench.ui.frame import frame, not_built

with frame("Retraining", "Would a newer model be better?") as page:
    not_built(
        page,
        "Retraining strategies tried on your own history with labels released as late as they really "
        "come, and a challenger that must beat the champion on the same rows.",
        "Retraining costs money and can make things worse. Your own history says which policy pays.",
    )
