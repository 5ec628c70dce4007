"""Governance: not built yet; this page says what it will be."""

from mlworkbench.ui.frame import frame, not_built

with frame("Governance", "Who may rely on this, and on what evidence?") as page:
    not_built(
        page,
        "A readiness score, the model card, approvals with names and dates, and the audit trail from raw "
        "file to prediction.",
        "Somebody will ask why the model said so. The answer should take a minute, not a week.",
    )
