"""The desk of cross-border e-commerce: demands and products by road, platforms and pilot zones, and what becomes of exhibits."""
