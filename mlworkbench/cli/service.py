"""serve: the model of a project for other programs."""

from __future__ import annotations

import ipaddress
import json
import os

import click

from mlworkbench.cli.common import common


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--alias", default="champion", show_default=True, help="Which model version answers.")
@common()
def serve(host: str, port: int, alias: str, project_name: str, as_json: bool) -> None:
    """Answer predictions over HTTP until Ctrl-C: POST /v1/predict, described at /openapi.json.

    A promotion is followed without a restart; every request is in the prediction log. There is no password: on another
    address than 127.0.0.1 put a proxy with one in front.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # requests run beside each other; each model with one thread
    from mlworkbench.rest import serve as run
    from mlworkbench.workspace import Workspace

    def tell(address: str) -> None:
        if not _stays_here(host):
            click.echo("Warning: there is no password; whoever reaches this address gets predictions.", err=True)
        document = {"project": project_name, "alias": alias, "address": address}
        click.echo(json.dumps(document) if as_json else f"Serving {project_name!r} ({alias}) at {address}")

    run(Workspace.open(), project_name, host=host, port=port, alias=alias, on_start=tell)


def _stays_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
