"""Customers who leave."""

from mlworkbench.scoping.spec import TEMPLATES, Template

TEMPLATES.register(
    Template(
        name="churn",
        label="Churn",
        help="Which customers will leave, in time to do something about it",
        canvas={
            "customer": "account managers",
            "need": "to know whom to call before the contract ends",
            "product": "churn radar",
            "category": "weekly ranked list",
            "benefit": "puts their calls where a call can still change something",
            "decisions": "Each Monday the team calls the customers at the top of the list, as many as it has time for, "
            "and offers help or a better plan. Nobody is cancelled or charged because of a prediction.",
            "making_predictions": "Once a week for every active customer, overnight as a file; one customer at a time "
            "when somebody opens the account.",
            "prediction_task": "In: a customer as known today. Out: the probability of leaving within 30 days. "
            "The truth is known after those 30 days.",
            "offline_evaluation": "On customers the model has not seen, against the rule that support uses today. "
            "Besides the metric: how many leavers are among the customers we can call.",
            "data_sources": "Billing, contracts, support tickets, use of the service.",
            "hidden_costs": "Tickets hold personal text and need consent. Plans are renamed twice a year. "
            "Who left because we called is not written down.",
            "features": "Tenure, plan, charges, payment method, use and tickets of the last weeks. Nothing that is "
            "entered only after a cancellation (final invoice, reason for leaving).",
            "collecting_data": "Labels come by themselves after 30 days. Calls change the outcome: a random tenth of "
            "the list is not called, so that we keep knowing what happens without us.",
            "building_models": "A new model is considered every quarter and after each change of plans, on two years "
            "of data, within an hour.",
            "monitoring": "Weekly: drift of inputs and scores, leavers among the called and the not called, revenue "
            "kept against cost of calls.",
            "stakeholders": "Head of customer care (decides), account managers (use it), customers (affected), data "
            "protection officer (can stop it)",
            "goals": "Fewer avoidable cancellations at the same number of calls",
            "constraints": "Personal data stays inside; no score is shown to customers; offers have a budget",
            "success_criteria": "More customers kept among the called than among the tenth that is not called; stopped "
            "when two quarters show no difference",
        },
        contract={
            "task": "binary",
            "target": "churn",
            "positive_class": "yes",
            "metric": "roc_auc",
            "goal": 0.75,
            "cost_false_positive": 10,
            "cost_false_negative": 100,
            "latency_ms": 200,
            "label_delay_days": 30,
            "holdout": {"method": "stratified", "size": 0.2},
            "retrain_days": 90,
        },
    )
)
