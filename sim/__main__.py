"""`python -m sim` is the `redmaple` command, for launchers that start modules (MPI)."""

from sim.cli import main

if __name__ == "__main__":
    main()
