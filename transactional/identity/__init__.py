"""Who may enter, and what each may do: tenants, accounts, users, roles, sessions."""
