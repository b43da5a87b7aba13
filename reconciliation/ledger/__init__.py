"""What a movement is once it is told: its keys, its account, its vendor, its versions."""
