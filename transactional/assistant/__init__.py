"""Companies' own words for figures, and what users asked the assistant."""
