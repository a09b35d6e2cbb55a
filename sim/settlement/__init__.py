"""Who settles in a community and how: one file per thing that is drawn before the first week."""
