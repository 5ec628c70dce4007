"""A file as offices write it, by clicking: how it was read, read another way, a recipe, the next file, two versions."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from mlworkbench import Workspace
from mlworkbench.data import get_dataset, list_datasets, list_readings
from tests.browser.conftest import App
from tests.browser.test_walkthrough import pick, press

PLACES = ("Köln", "Zürich", "Besançon", "Málaga", "Århus")


def table(price: str) -> bytes:
    """A title, a German header, decimal commas, days first, a footnote; cp1252."""
    rows = [
        f"{number:05d};{price},{number % 90 + 10};{number % 28 + 1}.{number % 12 + 1}.2024;{PLACES[number % 5]}"
        for number in range(300)
    ]
    return "\n".join(["Umsätze;;;", "", "Nummer;Preis;Tag;Ort", *rows, "Quelle: Buchhaltung", ""]).encode("cp1252")


def test_a_semicolon_file_is_read_retyped_kept_as_a_recipe_and_compared(app: App, tmp_path: Path) -> None:
    first, second = tmp_path / "umsatz_2024.csv", tmp_path / "umsatz_2025.csv"
    first.write_bytes(table("7"))
    second.write_bytes(table("9"))
    page, workspace = app.page, Workspace.open(app.server.home)
    app.open()
    page.get_by_role("textbox", name="Name of the project").fill("Umsatz")
    press(app, "create-project")
    project = workspace.project("Umsatz")
    app.open("Data", project="Umsatz")
    page.locator("input[type=file]").set_input_files(first)
    page.get_by_text("300 rows and 4 columns were read").wait_for()
    app.idle()
    schema = get_dataset(project).schema
    assert (schema["Preis"], schema["Tag"], schema["Ort"]) == ("number", "datetime", "category")

    # what was detected stands beside the lines; a choice changes the preview at once, and a click the version
    page.get_by_role("tab", name="How it was read").click()
    app.idle()
    expect(page.get_by_text("Nummer;Preis;Tag;Ort").first).to_be_visible()
    expect(page.get_by_text("All rows looked at have as many fields").first).to_be_visible()
    app.no_sideways_scroll()
    app.screenshot("23_reading")
    pick(app, "Encoding", "iso-8859-15")
    press(app, "read-again")
    page.get_by_text("v2", exact=True).first.wait_for()
    app.idle()
    assert get_dataset(project).settings["reading"] == {"encoding": "iso-8859-15"}

    # retyped, kept, and the next file of the kind is one click
    page.get_by_role("tab", name="Columns").click()
    app.idle()
    pick(app, "Change the type of", "Nummer")
    page.keyboard.press("Escape")
    pick(app, "Read as", "category")
    press(app, "retype-add")
    press(app, "apply-data")
    page.get_by_text("v3", exact=True).first.wait_for()
    app.idle()
    page.get_by_role("tab", name="How it was read").click()
    app.idle()
    press(app, "keep-reading")
    page.get_by_role("textbox", name="Name", exact=True).fill("Umsatz")
    press(app, "recipe-save")
    assert [recipe.pattern for recipe in list_readings(project)] == ["umsatz_*.csv"]
    press(app, "new-version")
    page.locator("input[type=file]").first.set_input_files(second)
    page.get_by_text("v4", exact=True).first.wait_for()
    app.idle()
    newest = get_dataset(project)
    assert (newest.name, newest.schema["Nummer"]) == ("umsatz_2025.csv", "category")
    assert newest.settings["reading"]["encoding"] == "iso-8859-15"
    assert len(list_datasets(project)) == 4

    # what differs between the two files is said
    page.get_by_role("tab", name="Versions").click()
    app.idle()
    press(app, "compare-versions")
    expect(page.get_by_text("Rows added")).to_be_visible()
    expect(page.get_by_role("region", name="Columns compared")).to_be_visible()
    app.screenshot("24_versions_compared")
    app.no_exception()
