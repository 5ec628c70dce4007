"""The same functions on the command line: what a person types, and what CI/CD/CT calls.

Every command takes `--project`, `--json` (one JSON document on stdout and nothing else; progress goes
to stderr) and, where chance plays a part, `--seed`. Commands wait for their job unless `--detach`.
Exit 0: done; 2: the input was wrong (message on stderr, nothing written); 1: we failed; 3: a gate of the contract is
not met (nothing written).
"""

from __future__ import annotations

import click

from mlworkbench import __version__
from mlworkbench.cli import (
    demo,
    governance,
    labelling,
    manage,
    monitoring,
    profiling,
    promises,
    quality,
    repairing,
    report,
    retraining,
    scoping,
    service,
    stages,
    synthesis,
    versions,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="mlworkbench")
def main() -> None:
    """The lifecycle of a machine learning model on one table. MLWORKBENCH_HOME names the workspace."""


for _command in (
    manage.app,
    manage.worker,
    service.serve,
    demo.demo,
    manage.projects,
    manage.jobs,
    scoping.scope,
    stages.ingest,
    versions.versions,
    promises.contract,
    synthesis.synthesize,
    profiling.profile,
    quality.findings,
    repairing.repair,
    report.report,
    labelling.labelling,
    stages.recipe,
    stages.compare,
    stages.promote,
    stages.predict,
    monitoring.monitor,
    monitoring.labels,
    retraining.retrain,
    retraining.rollback,
    governance.export,
    governance.audit,
    manage.verify,
):
    main.add_command(_command)
