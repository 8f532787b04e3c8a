"""Another system's data, brought in through the services that the API uses: a mapping file and a few pure functions each."""
