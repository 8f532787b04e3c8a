"""Reports as people keep them: definitions, shares, runs, subscriptions, alert rules, and what was sent to whom."""
