"""Other systems' data, brought in through the services that the API uses: a mapping file and pure functions each."""
