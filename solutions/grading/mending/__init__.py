"""A submission, whatever came back, in the shape in which the problem set was handed out."""
