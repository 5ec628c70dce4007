"""Sample tables that scikit-learn ships, written as CSV: something to try before the own data is at hand."""

from __future__ import annotations

from pathlib import Path

from mlworkbench.errors import InvalidInput, NotFound, listing

_SAMPLES = {
    "breast_cancer": "diagnosis",
    "diabetes": "progression",
    "iris": "species",
    "wine": "cultivar",
}


def sample_names() -> tuple[str, ...]:
    """The names of the sample tables."""
    return tuple(_SAMPLES)


def sample_target(name: str) -> str:
    """The column of a sample table that is meant as its target."""
    try:
        return _SAMPLES[name]
    except KeyError as error:
        raise NotFound(f"There is no sample {name!r}. Available: {listing(_SAMPLES)}.", field="sample") from error


def write_sample(name: str, folder: Path | str) -> Path:
    """Write a sample table as `<name>.csv` into a folder and return its path; nothing is downloaded."""
    from sklearn import datasets

    target = sample_target(name)
    if not Path(folder).is_dir():
        raise InvalidInput(f"A folder was expected to write the sample into. Got {str(folder)!r}.", field="folder")
    options = {"scaled": False} if name == "diabetes" else {}
    bunch = getattr(datasets, f"load_{name}")(as_frame=True, **options)
    frame = bunch.frame.rename(columns={"target": target})
    frame.columns = [column.replace(" (cm)", "_cm").replace(" ", "_") for column in frame.columns]
    if name != "diabetes":
        frame[target] = [str(bunch.target_names[code]) for code in bunch.target]
    path = Path(folder) / f"{name}.csv"
    frame.to_csv(path, index=False)
    return path
