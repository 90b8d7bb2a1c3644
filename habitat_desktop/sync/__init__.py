"""One round of sending and receiving packages over a transport."""
