"""What the practice gives for acts: points, honours, and the fund that pays for them."""
