"""Every write: one function per thing a person does, one commit each. They raise before they write."""
