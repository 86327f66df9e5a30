"""What lies in a course's folder: its settings, its data, and what students hand in."""
