"""Administrative units: what they were called on a day, and what became of them."""
