"""What is made: bills of materials, routings, production orders and what they use up and bring in."""
