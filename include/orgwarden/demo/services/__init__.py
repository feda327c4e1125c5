"""The AWS operations that are answered here and not by moto, one module a family."""
