"""The three platforms: regional Party-building, micro-grid, Party vanguard."""
