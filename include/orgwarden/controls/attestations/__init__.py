"""Theme attestations: whether what people are asked, drill and review leads to anything."""
