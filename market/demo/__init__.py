"""The whole product once, on simulated market days, through the doors everybody uses."""
