"""`python -m mlworkbench.cli`."""

from mlworkbench.cli import main

main(prog_name="mlworkbench")
