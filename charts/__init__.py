"""Chart kinds, each declared once: what result it takes and what it draws; pure, and the same on pages and on paper."""
