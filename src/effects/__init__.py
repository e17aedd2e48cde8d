"""What stepping in did: randomised arms compared, uplift by account, and what can be said without a holdout."""
