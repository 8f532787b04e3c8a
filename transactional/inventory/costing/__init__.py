"""Valuing stock: pure rules that fold a timeline of steps into values. They know no database."""
