"""What only people know about a model, kept apart from the computed figures: every change is a new revision."""

from __future__ import annotations

from dataclasses import dataclass

from mlworkbench import artifacts
from mlworkbench.errors import Conflict, InvalidInput, listing
from mlworkbench.governance.results import Prose
from mlworkbench.projects import Project, audit

LONGEST = 10_000
ALIAS = "card_prose"


@dataclass(frozen=True)
class Text:
    """One text of a card: its name, its heading, and the question it answers."""

    name: str
    label: str
    prompt: str


_TEXTS = (
    Text("owner", "Owner and contact", "Who answers for this model, and how are they reached?"),
    Text("intended_use", "Intended use", "Which decisions is it for, and who makes them?"),
    Text("out_of_scope", "Out-of-scope use", "Where must it not be used, although somebody might?"),
    Text("factors", "Groups and conditions", "For whom, or under which conditions, may it do worse?"),
    Text("ethical_considerations", "Ethical considerations", "Who may be harmed by an error, and what is done?"),
    Text("caveats", "Caveats and recommendations", "What should be known before relying on it?"),
)  # fmt: skip
PROSE: dict[str, Text] = {text.name: text for text in _TEXTS}


def get_prose(project: Project, ref: str | None = None) -> Prose:
    """The current texts of the card (or those of a revision); without any, an empty one whose id is None."""
    if ref is None and artifacts.get_alias(project, ALIAS) is None:
        return Prose(None, 0)
    found = artifacts.find(project, ref or ALIAS, kind="card_prose")
    texts = artifacts.read_json(project, found.id)["texts"]
    return Prose(found.id, found.number, texts, found.created_by, found.created_at)


def save_prose(project: Project, section: str, text: str, based_on: str | None = None) -> Prose:
    """Write one text of the card; an empty one removes it.

    Parameters
    ----------
    section : str
        A name of `PROSE`.
    based_on : str, optional
        Id of the revision that was being edited (`get_prose().id`), None when there was none.

    Raises
    ------
    InvalidInput
        An unknown section, or a text of more than 10,000 characters; nothing is written.
    Conflict
        Somebody saved a revision in between; the message says who and when, and nothing is overwritten.
    """
    if section not in PROSE:
        raise InvalidInput(f"A text of the card is one of {listing(PROSE)}. Got {section!r}.", field="section")
    if not isinstance(text, str) or len(text) > LONGEST:
        size = f"{len(text):,} characters" if isinstance(text, str) else type(text).__name__
        raise InvalidInput(
            f"A text of the card has at most {LONGEST:,} characters. Got {size}. Shorten it.", field=section
        )
    with project.workspace.lock(f"prose-{project.id}"):
        current = get_prose(project)
        if current.id != based_on:
            by = f" by {current.who} at {current.created_at[:16]} UTC" if current.id else ""
            raise Conflict(
                f"The texts of this card were changed{by} while you were editing (now revision {current.number}). "
                "Nothing was overwritten: look at the newer text, then save again.",
                field=section,
            )
        cleaned = text.replace("\r\n", "\n").strip()
        if cleaned == current.texts.get(section, ""):
            return current
        texts = {name: value for name, value in {**current.texts, section: cleaned}.items() if value}
        parents = (current.id,) if current.id else ()
        kept = artifacts.put_json(
            project, "card_prose", {"texts": texts, "revision": current.number + 1}, parents=parents
        )
        artifacts.set_alias(project, ALIAS, kept.id)
    audit(project, "card text saved", {"section": section, "revision": kept.number, "characters": len(cleaned)})
    return get_prose(project)
