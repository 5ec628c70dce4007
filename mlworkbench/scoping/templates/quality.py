"""Parts that will not pass."""

from mlworkbench.scoping.spec import TEMPLATES, Template

TEMPLATES.register(
    Template(
        name="quality",
        label="Quality",
        help="Which parts to inspect, from what the machine measured",
        canvas={
            "customer": "shift supervisors",
            "need": "to find bad parts before they leave the line",
            "product": "line watch",
            "category": "inspection guide",
            "benefit": "sends the doubtful parts to inspection and the others on their way",
            "decisions": "Parts above the threshold go to the inspection bench; the others on. The supervisor may stop "
            "the line, the model may not.",
            "making_predictions": "For each part at the end of its cycle, in less time than the conveyor takes.",
            "prediction_task": "In: the cycle's measurements. Out: the probability that the part fails. The truth is "
            "known after inspection, or from the customer within two weeks.",
            "offline_evaluation": "On whole batches that were not learned from: parts of one batch are alike. "
            "Against the tolerance limits in use today.",
            "data_sources": "Machine sensors, batch and material records, inspection results, complaints.",
            "hidden_costs": "Inspection hours. Sensors are replaced and recalibrated without a note. Parts that were "
            "never inspected have no label.",
            "features": "Pressures, temperatures and times of the cycle, material batch, hours since maintenance. No "
            "result of the inspection itself.",
            "collecting_data": "Every inspected part, and a random hundredth of those that passed, or we never learn "
            "what we miss.",
            "building_models": "Every month, and after each change of tool or material; an hour is enough.",
            "monitoring": "Per shift: share sent to inspection, drift of each sensor. Per week: failures found at the "
            "bench, at the customer.",
            "stakeholders": "Quality manager (decides), supervisors and inspectors (use it), customers (affected)",
            "goals": "Fewer bad parts at the customer, with no more inspection than today",
            "constraints": "Runs beside the line without the internet; every rejected part must be explained",
            "success_criteria": "Half the complaints at the same inspection hours; stopped when it misses a bad batch",
        },
        contract={
            "task": "binary",
            "target": "defect",
            "positive_class": "1",
            "metric": "average_precision",
            "goal": 0.6,
            "cost_false_positive": 1,
            "cost_false_negative": 40,
            "latency_ms": 100,
            "label_delay_days": 14,
            "holdout": {"method": "group", "column": "batch", "size": 0.2},
            "retrain_days": 30,
        },
    )
)
