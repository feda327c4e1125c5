"""Pages and files that people read."""
