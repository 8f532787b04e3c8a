"""Companies, units, employees, cost centres, currencies and rates."""
