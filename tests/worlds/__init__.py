"""Two worlds: databases that differ only in what lies ahead must give a viewer the same bytes."""
