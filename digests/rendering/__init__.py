"""From a digest to messages: templates make parts, and whole parts are packed."""
