"""Marks, feedback and tables, and what a class got wrong."""
