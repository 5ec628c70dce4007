"""Figures as people read them: few digits, grouped thousands; colours that can be seen in both themes."""

from __future__ import annotations

import pytest

from mlworkbench.figures import number, plain, spoken
from mlworkbench.figures.style import ACCENT, DOWN, MODELS, MUTED, UP
from mlworkbench.modeling import ESTIMATORS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.84712, "0.847"),
        (12480.0, "12,480"),
        (-0.0031, "−0.00310"),
        (0, "0"),
        (None, "–"),
        (float("nan"), "–"),
        (1e15, "1.00e+15"),
    ],
)
def test_numbers_are_short_and_grouped(value: float | None, text: str) -> None:
    assert number(value) == text


def test_every_estimator_has_a_colour_and_a_shape_of_its_own() -> None:
    assert set(ESTIMATORS.names()) <= set(MODELS)
    assert len({colour for colour, _ in MODELS.values()}) == len({shape for _, shape in MODELS.values()}) == len(MODELS)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("background", ["#FFFFFF", "#11141C"])
def test_marks_are_seen_on_light_and_dark(background: str) -> None:
    """WCAG 2.2, 1.4.11: graphical objects keep 3:1."""
    for colour in (ACCENT, UP, DOWN, MUTED, *(colour for colour, _ in MODELS.values())):
        one, other = sorted((_luminance(colour), _luminance(background)))
        assert (other + 0.05) / (one + 0.05) >= 3, colour


def test_scorers_are_called_as_people_call_them() -> None:
    assert spoken("the best (roc_auc 0.844)") == "the best (ROC AUC 0.844)"
    assert spoken("roc_auc_ovr 0.9") == "ROC AUC, one against the rest 0.9"


def test_labels_from_data_are_plain_and_short() -> None:
    assert plain("<b>x</b>\n& y") == "&lt;b&gt;x&lt;/b&gt; &amp; y"
    assert len(plain("x" * 100)) == 36
