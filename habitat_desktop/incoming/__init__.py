"""Files from outside: what may be opened at all, and the child processes that open it. Forms and packages."""
