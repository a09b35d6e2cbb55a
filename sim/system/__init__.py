"""What a run stands on: processes, memory, folders, compiled loops that are kept."""
