#!/bin/sh
# One table through the command line, from a file to predictions; every command prints one JSON document.
#   docs/walkthrough.sh FILE TARGET PROJECT [options of ingest]
#   docs/walkthrough.sh telco_customer_churn.csv Churn "Telco churn" --type TotalCharges=number
# MLWORKBENCH_HOME names the workspace (default ./workspace).
set -eu
file=$1 target=$2 project=$3
shift 3

mlworkbench projects create "$project" --json
mlworkbench ingest "$file" --project "$project" --target "$target" "$@" --json
mlworkbench recipe --project "$project" --suggest --json
mlworkbench compare --project "$project" --cv 5 --json
mlworkbench promote --project "$project" --run recommended --json
mlworkbench predict "$file" --project "$project" --out predictions.csv --json
mlworkbench verify --project "$project" --json
