"""How much will be asked for."""

from mlworkbench.scoping.spec import TEMPLATES, Template

TEMPLATES.register(
    Template(
        name="demand",
        label="Demand",
        help="How much of each article will be wanted, early enough to order",
        canvas={
            "customer": "store planners",
            "need": "to order neither too little nor too much",
            "product": "order proposal",
            "category": "daily forecast",
            "benefit": "keeps shelves full with less thrown away",
            "decisions": "The forecast fills in tomorrow's order; the planner may change it, and says why.",
            "making_predictions": "Every night for each article and store for the next seven days, done by five in the "
            "morning.",
            "prediction_task": "In: article, store and day with what is known the evening before. Out: units sold. The "
            "truth is known a day after.",
            "offline_evaluation": "On the latest weeks, never on days mixed at random, against the same weekday of the "
            "week before.",
            "data_sources": "Tills, stock, prices and campaigns, calendar, weather forecast.",
            "hidden_costs": "Sold out looks like no demand. Campaigns are planned late and changed later. Past weather "
            "is not the forecast that was known then.",
            "features": "Sales of the last days and of the same weekdays, price, campaign, holiday, season, weather "
            "forecast. Not: anything measured on the day itself.",
            "collecting_data": "From the tills by themselves; days on which an article was sold out are marked, as "
            "their sales are too low.",
            "building_models": "Every week on two years, so that each season is seen twice; after a campaign the days "
            "in it are marked, not learned as normal.",
            "monitoring": "Daily: error and bias by article group. Weekly: waste, empty shelves, how often planners "
            "overrule it.",
            "stakeholders": "Head of supply (decides), planners (use it), stores and suppliers (affected)",
            "goals": "Less waste and fewer empty shelves than in the same season a year ago",
            "constraints": "Orders close at six; suppliers deliver in cases; new articles have no history",
            "success_criteria": "Error below that of last week's same day in nine of ten article groups",
        },
        contract={
            "task": "regression",
            "target": "units_sold",
            "metric": "neg_mean_absolute_error",
            "goal": -10,
            "heuristic": "units_sold_last_week",
            "time_column": "date",
            "label_delay_days": 1,
            "holdout": {"method": "time", "size": 0.2},
            "retrain_days": 7,
        },
    )
)
