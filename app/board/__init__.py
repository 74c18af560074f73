"""The public account of promises: what is late, due and answered, how long replies take; feeds and calendars of it."""
