"""What policymakers open: designs side by side, as one page that needs no network.

Nothing here knows how the model works: it asks for runs, and shows what came of them.
"""
