"""Online Retail: the invoice lines of a gift wholesaler, 2010 to 2011."""
