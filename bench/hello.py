"""The least a Flask application can do: what every figure is compared with."""

from __future__ import annotations

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """Answer."""
    return "hello"
