"""What a person asked and what is answered, in no platform's terms."""
