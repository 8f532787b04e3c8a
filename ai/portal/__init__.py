"""What a customer may ask of own documents."""
