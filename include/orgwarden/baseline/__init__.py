"""The declared state: what the owners say is right, in YAML under version control."""
