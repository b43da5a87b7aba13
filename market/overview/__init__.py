"""A market at a glance: where its stalls stand, what is to be done, how far the plan is reached."""
