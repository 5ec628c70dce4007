"""Quality: what is wrong with a table, one check per code, each with the repair that answers it."""
