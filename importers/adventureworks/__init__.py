"""AdventureWorks: a maker of bicycles, 2011 to 2014."""
