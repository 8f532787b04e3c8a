"""Language models at an OpenAI-compatible address that an operator has set: they propose, our validator disposes."""
