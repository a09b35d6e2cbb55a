"""The six mechanisms: co-consultation, co-building, co-safety, co-operation, co-culture, co-solving."""
