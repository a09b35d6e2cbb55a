"""A watch over a community's week: the names of its parts, in the order in which they are done."""


def noting(seen):
    """Return what `Community.watch` takes: each part adds its name to `seen`, then does its work."""

    def watched(name, part):
        def run(community):
            seen.append(name)
            part(community)

        return run

    return watched
