"""For check writers: what is released, and proof that the checks catch what they should."""
