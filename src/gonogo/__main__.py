"""`python -m gonogo` is the same as `gonogo`."""

from gonogo.cli.main import run

if __name__ == "__main__":
    run()
