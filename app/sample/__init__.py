"""The sample city of `make run`: its texts, and the simulated people who answer them."""
