"""Shared test settings: hypothesis must not time the first compilation."""

from hypothesis import settings

settings.register_profile("redmaple", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("redmaple")
