"""Routes of what is sent: subscriptions, alerts, notices."""
