"""The HTTP face of simulated providers: a stand-in for Stripe's read API."""

from market.sandbox.app import create_sandbox
from market.sandbox.faults import SandboxFaults

__all__ = ["SandboxFaults", "create_sandbox"]
