"""Market-entry passports: may a product be exhibited, sold across the border, sold in general trade, with what, and when."""
