"""The HTTP face of simulated providers: Stripe's and GSMA's APIs, files, webhooks, and their faults."""

from market.sandbox.app import create_sandbox
from market.sandbox.faults import SandboxFaults

__all__ = ["SandboxFaults", "create_sandbox"]
