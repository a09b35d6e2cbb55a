"""Levers that widen who is reached: offline channel, flexible tasks, outreach, leaders."""
