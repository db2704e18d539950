"""Load test: virtual voters vote; the results are compared with the answers that they received."""
