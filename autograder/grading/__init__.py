"""Many submissions: graded by workers here or on a cluster, and kept by content."""
