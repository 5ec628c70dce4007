"""The canvas: ten boxes and what stands around them, each filled in with plain text.

After the Machine Learning Canvas by Louis Dorard (machinelearningcanvas.com): the same ten boxes in the same places;
the prompts are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlworkbench.errors import InvalidInput, listing

LONGEST = 5000  # characters of a box


@dataclass(frozen=True)
class Box:
    """One text of the canvas: `section` is the box it stands in, `prompt` what to write there."""

    name: str
    label: str
    section: str
    prompt: str


SECTIONS = {
    "decisions": "Decisions",
    "making_predictions": "Making predictions",
    "prediction_task": "Prediction task",
    "offline_evaluation": "Offline evaluation",
    "value_proposition": "Value proposition",
    "data_sources": "Data sources",
    "features": "Features",
    "collecting_data": "Collecting data",
    "building_models": "Building models",
    "monitoring": "Live evaluation and monitoring",
    "around": "Around the canvas",
}
LAYOUT = (  # columns from left to right, each from top to bottom; the last two sections lie under all of them
    ("decisions", "making_predictions"),
    ("prediction_task", "offline_evaluation"),
    ("value_proposition",),
    ("data_sources", "features"),
    ("collecting_data", "building_models"),
)
CANVAS = (
    Box("customer", "Target customer", "value_proposition", "Who is it for? For example: account managers"),
    Box("need", "Need", "value_proposition", "What do they need? For example: to know whom to call first"),
    Box("product", "Product", "value_proposition", "What is it called? For example: churn radar"),
    Box("category", "Category", "value_proposition", "What kind of thing is it? For example: weekly ranked list"),
    Box("benefit", "Benefit", "value_proposition", "What does it do for them? Such as: saves useless calls"),
    Box("decisions", "Decisions", "decisions", "What is done with a prediction, by whom, and from which value on?"),
    Box("making_predictions", "Making predictions", "making_predictions",
        "When are predictions made, how many, how fast must the answer be?"),
    Box("prediction_task", "Prediction task", "prediction_task",
        "What goes in, what comes out, and how long until the truth is known?"),
    Box("offline_evaluation", "Offline evaluation", "offline_evaluation",
        "How is it judged before it is used: on which rows, by which metric, against which simple rule?"),
    Box("data_sources", "Data sources", "data_sources", "Which tables and services, inside and outside?"),
    Box("hidden_costs", "Hidden costs of the data", "data_sources",
        "What do they cost besides money: labelling hours, licences, consent, fields that change without notice?"),
    Box("features", "Features", "features", "What is known at the moment of prediction, and what must not be used?"),
    Box("collecting_data", "Collecting data", "collecting_data",
        "How do new rows and their labels come in, and what do our own actions hide from us?"),
    Box("building_models", "Building models", "building_models",
        "How often is a model renewed, on how much data, how long may it take?"),
    Box("monitoring", "Live evaluation and monitoring", "monitoring",
        "Which figures say, week after week, that it still helps: of the business, of the data, of the service?"),
    Box("stakeholders", "Stakeholders", "around", "Who decides, who uses it, who is affected, who can stop it?"),
    Box("goals", "Goals", "around", "What should be better in a year, in figures?"),
    Box("constraints", "Constraints", "around", "Law, privacy, budget, dates, systems it has to fit into"),
    Box("success_criteria", "Success criteria", "around", "From which figure on is it a success; when is it stopped?"),
)  # fmt: skip
BY_NAME = {box.name: box for box in CANVAS}
_VALUE = ("customer", "need", "product", "category", "benefit")


def in_section(section: str) -> tuple[Box, ...]:
    """The texts that stand in one box of the canvas."""
    return tuple(box for box in CANVAS if box.section == section)


def value_sentence(canvas: Mapping[str, str]) -> str:
    """The value proposition as a sentence; parts that are missing are named in angle brackets, none at all is ""."""
    if not any(canvas.get(name, "").strip() for name in _VALUE):
        return ""
    said = {name: _part(canvas.get(name, "")) or f"<{BY_NAME[name].label.lower()}>" for name in _VALUE}
    article = "an" if said["category"].lstrip("<")[:1].lower() in tuple("aeiou") else "a"
    return (
        f"For {said['customer']} who need {said['need']}, our {said['product']} is {article} {said['category']} that "
        f"{said['benefit']}."
    )


def _part(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def check_canvas(texts: Mapping[str, Any]) -> dict[str, str]:
    """Texts by box, without spaces around them; an empty one empties its box.

    Raises
    ------
    InvalidInput
        field is the box: there is none of that name, or it holds no text, or more than 5,000 characters.
    """
    checked = {}
    for name, text in texts.items():
        if name not in BY_NAME:
            raise InvalidInput(f"The canvas has no box {name!r}. Boxes: {listing(BY_NAME, 20)}.", field=str(name))
        label = BY_NAME[name].label
        if text is not None and not isinstance(text, str):
            raise InvalidInput(f"{label} takes text. Got {text!r}.", field=name)
        checked[name] = (text or "").replace("\r\n", "\n").strip()
        if len(checked[name]) > LONGEST:
            raise InvalidInput(
                f"{label} takes up to {LONGEST:,} characters. Got {len(checked[name]):,}. Shorten it.", field=name
            )
        if any((ord(sign) < 32 and sign not in "\n\t") or 0xD800 <= ord(sign) <= 0xDFFF for sign in checked[name]):
            raise InvalidInput(f"{label} holds control characters. Type it anew.", field=name)
    return checked
