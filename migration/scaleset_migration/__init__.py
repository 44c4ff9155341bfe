"""From Uniform scale sets to Flexible ones, and from anywhere to this library."""
