"""A submission run in a sandbox, and judged outside of it."""
