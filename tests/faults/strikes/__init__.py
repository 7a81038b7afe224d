"""What is done to a stack at work: a module for each kind of harm, a function for each fault of docs/faults.md."""
