"""How the community works: one file per concept, equations first, the walk over rows below."""
