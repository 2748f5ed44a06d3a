"""What `heatwire demo` shows: invented articles, made fresh, and a schedule of a minute."""
