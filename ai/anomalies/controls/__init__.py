"""Control points over documents and the ledger, as an auditor tests them (ISA 240, AS 2401)."""
