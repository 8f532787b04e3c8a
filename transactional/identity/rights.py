"""Rights that belong to no declared thing."""

RIGHTS_ELSEWHERE = {
    "metric.read": "Ask for figures, pivots and their documents",
    "metric.sales.read": "See figures of sales",
    "metric.purchase.read": "See figures of purchasing",
    "metric.inventory.read": "See figures of stock",
    "metric.finance.read": "See figures of the books",
    "metric.export": "Export figures",
    "metric.manage": "Refresh and administer the published figures",
    "report.read": "Read reports",
    "report.create": "Save reports, dashboards and subscriptions",
    "report.share": "Show reports to others, by link too",
    "report.manage": "Change reports, dashboards and subscriptions of others",
    "notify.manage": "Set to which domains and addresses outside figures may go",
    "alert.read": "Read alerts and anomalies",
    "alert.manage": "Set thresholds, acknowledge alerts",
    "grading.manage": "Write the rules of customer grades, grade customers now",
    "ai.ask": "Ask the assistant",
    "ai.manage": "Teach the assistant words and see its questions",
    "user.create": "Make users",
    "tenant.read": "See what is set for all users",
    "tenant.update": "Set the tenant's name, language and password policy",
    "permission.read": "See which rights there are",
    "period.post_closed": "Post into a closed period, with a reason",
    "data_health.read": "See the state of the pipelines",
}
"""Right and what it allows."""
