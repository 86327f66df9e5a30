"""From what a worker claims to findings, diagnoses and points. No student code, no MXNet."""
