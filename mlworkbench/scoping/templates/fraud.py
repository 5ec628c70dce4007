"""Payments that are not what they seem."""

from mlworkbench.scoping.spec import TEMPLATES, Template

TEMPLATES.register(
    Template(
        name="fraud",
        label="Fraud",
        help="Which payments to hold back for a look, while the customer waits",
        canvas={
            "customer": "fraud analysts",
            "need": "to see the few payments worth a look before the money is gone",
            "product": "payment check",
            "category": "real-time score",
            "benefit": "stops more fraud without holding up honest customers",
            "decisions": "Above the threshold a payment is held and an analyst decides within the hour; below it goes "
            "through. The threshold follows from the two costs in the contract.",
            "making_predictions": "At each payment, day and night, in less time than the customer notices; when the "
            "service is down, the old rules apply.",
            "prediction_task": "In: a payment with the account's history up to that second. Out: the probability of "
            "fraud. The truth comes with disputes, up to 60 days later.",
            "offline_evaluation": "On later payments than those learned from, with a gap for labels that were not "
            "known yet, against today's rules. By average precision: fraud is rare.",
            "data_sources": "Payments, accounts, devices, disputes, lists of known fraud.",
            "hidden_costs": "Analysts' hours are the labels' price. Payments that were blocked never show what they "
            "would have been. Device data needs a legal basis.",
            "features": "Amount against the account's habit, time of day, new device or payee, country, counts of the "
            "last hour and day. No field that is filled in during the investigation.",
            "collecting_data": "Disputes and analysts' verdicts. A small random share of the flagged payments goes "
            "through under watch, or we learn only from what we already believed.",
            "building_models": "Every month, as fraud moves on; on a year of payments, recent ones counting more.",
            "monitoring": "Hourly: volume, latency, share flagged. Weekly: drift by product line. After disputes: "
            "precision of the flagged, money lost and money held up wrongly.",
            "stakeholders": "Head of risk (decides), analysts (use it), customers (affected), supervisory authority "
            "(can stop it)",
            "goals": "Less money lost at the same number of payments held",
            "constraints": "A held payment must be explained; no decision by nationality; answers while the customer "
            "waits",
            "success_criteria": "Loss per million falls, complaints about held payments do not rise; back to the rules "
            "when precision halves",
        },
        contract={
            "task": "binary",
            "target": "is_fraud",
            "positive_class": "1",
            "metric": "average_precision",
            "goal": 0.5,
            "cost_false_positive": 5,
            "cost_false_negative": 250,
            "latency_ms": 50,
            "time_column": "timestamp",
            "label_delay_days": 60,
            "holdout": {"method": "time", "size": 0.2, "gap": 60},
            "retrain_days": 30,
        },
    )
)
