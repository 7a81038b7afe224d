"""A slow, obvious reading of the rules of an import, independent of the product: what the product must agree with."""
