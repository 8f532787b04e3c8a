"""What must hold before readers see a batch."""
