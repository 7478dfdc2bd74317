"""The landed cost of products: one with every step, many as columns, with the rules and rates of the reference."""
