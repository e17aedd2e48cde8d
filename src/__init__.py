"""Leadline: leading behavioural indicators from usage logs, for Customer Success."""

if __name__ != "leadline":
    raise ImportError(
        f"This package is named 'leadline', and was imported as '{__name__}'. "
        "Run `make setup`, then `import leadline`; do not put src/ itself on the path."
    )

__version__ = "0.1.0"
