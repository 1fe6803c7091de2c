"""What we keep. The only room that speaks SQL."""
