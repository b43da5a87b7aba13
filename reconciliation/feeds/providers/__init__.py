"""One file a provider: what its bytes look like and the rows they become."""
