"""What a ballot is and how ballots become a ranking: pure functions and frozen values, no I/O, no clock."""
