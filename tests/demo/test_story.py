"""What the demo tells is what its months say."""

from __future__ import annotations

from dataclasses import replace

from mlworkbench.demo import Demo, Month
from mlworkbench.figures import months_figure

PLANTED = ("", "", "data drift", "concept drift", "concept drift")
MONTHS = tuple(
    Month(
        f"2024-{place + 8:02d}",
        planted,
        "changed" if planted and place < 4 else "quiet",
        ("channel", "tenure") if planted and place < 4 else (),
        planted == "concept drift" and place < 4,
        *((0.4, 0.35, 0.45, 0.8) if place == 3 else (0.79, 0.75, 0.83, 0.8)),
    )
    for place, planted in enumerate(PLANTED)
)
DEMO = Demo("", 0, "linear", 0.8, 0.8, 0.9, MONTHS, "window", 0.41, 0.77, "better")


def test_the_story_says_what_was_planted_found_and_done() -> None:
    before, data, concept, after = DEMO.story
    assert before == "Aug 2024 to Sep 2024: nothing planted; alarms in 0 of 2 months."
    assert data.startswith("From Oct 2024 on, data drift:")
    assert "channel, tenure; the realised score stayed as promised" in data
    assert "1 of 1 months said so" in concept
    assert "0.40 to 0.40, where 0.80 was promised" in concept
    assert "0.41 → 0.77" in after
    assert after.endswith("Dec 2024 with the new champion: quiet, ROC AUC 0.79.")


def test_alarms_and_missed_scores_are_told_too() -> None:
    noisy = replace(MONTHS[0], verdict="changed")
    worse = replace(MONTHS[2], concept_drift=True)
    kept = replace(DEMO, months=(noisy, MONTHS[1], worse, *MONTHS[3:]), verdict="cannot tell")
    before, data, _, after = kept.story
    assert "alarms in 1 of 2 months" in before
    assert "the score fell in 1 of 1 months" in data
    assert "with the same champion" in after


def test_the_figure_marks_alarms_and_what_was_planted_when() -> None:
    drawn = months_figure(MONTHS)
    promised, points = drawn.data
    assert list(promised.y) == [0.8] * 5
    assert list(points.marker.symbol) == ["circle", "circle", "diamond", "diamond", "circle"]
    assert [(line.x0, said.text) for line, said in zip(drawn.layout.shapes, drawn.layout.annotations, strict=True)] == [
        (1.5, "data<br>drift"), (2.5, "concept<br>drift"), (3.5, "retrained"),
    ]  # fmt: skip
