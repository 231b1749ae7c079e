from hypothesis import settings

# A busy machine is no failure, so examples are not timed; thirty of each keep the folder under ten seconds.
settings.register_profile("domain", deadline=None, max_examples=30)
settings.load_profile("domain")
