#!/bin/sh
# One table through the whole life of a model on the command line; every command prints one JSON document.
#   docs/walkthrough.sh FILE NEWER TARGET PROJECT [options of ingest]
#   docs/walkthrough.sh telco_customer_churn.csv this_month.csv Churn "Telco churn" --type TotalCharges=number
# FILE is learnt from, NEWER comes later: it is predicted, watched for drift, and learnt from in the end.
# MLWORKBENCH_HOME names the workspace (default ./workspace).
set -eu
file=$1 newer=$2 target=$3 project=$4
shift 4

mlworkbench projects create "$project" --json
mlworkbench scope --project "$project" --set "target=$target" --why "agreed with the owner" --json
mlworkbench ingest "$file" --project "$project" --target "$target" "$@" --json
mlworkbench profile --project "$project" --json
mlworkbench report --project "$project" --predict --json
mlworkbench findings --project "$project" --json
mlworkbench repair --project "$project" --step '{"step": "deduplicate"}' --preview --json
mlworkbench synthesize --project "$project" --rows 200 --out synthetic.csv --json
mlworkbench recipe --project "$project" --suggest --json
mlworkbench labelling baselines --project "$project" --json
mlworkbench compare --project "$project" --cv 5 --json
mlworkbench promote --project "$project" --run recommended --json
mlworkbench predict "$newer" --project "$project" --out predictions.csv --json
mlworkbench monitor --project "$project" --current "$newer" --json
mlworkbench retrain --project "$project" --data "$newer" --strategy all --json
mlworkbench export --project "$project" --what card --format markdown --out card.md --json
mlworkbench audit --project "$project" --json
mlworkbench verify --project "$project" --json
