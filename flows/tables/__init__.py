"""Tables on disk: where they stand, how they are written, locked, published, and checked."""
