"""Base model, money, clock, ids, tenant, session, rows, outbox and error families."""
