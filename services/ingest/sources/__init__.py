"""Where rows come from: an uploaded archive, and later other files and providers. The I/O that `parse` has not."""
