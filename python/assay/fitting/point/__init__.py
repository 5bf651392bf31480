"""The point fit: one law and one data set, from many starting points to one optimum."""
