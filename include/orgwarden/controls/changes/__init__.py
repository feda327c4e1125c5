"""Theme changes: what differs from the last approved state and was neither declared nor accepted."""
