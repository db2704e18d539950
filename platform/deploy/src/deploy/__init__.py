"""Deploys stacks to AWS with `sam build` and `sam deploy`; the local deployment shares the SAM process."""
