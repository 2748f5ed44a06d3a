"""The waist and the delivery half of Heatwire: from a fire time or a command to a receipt."""
