"""Limits of memory and time for a child process, set by itself before it opens anything from elsewhere."""

import sys


def limit_process(memory_bytes: int, processor_s: int = 0) -> None:
    """Let this process take no more than `memory_bytes` of address space and, unless 0, `processor_s`.

    macOS knows the limit of address space but does not keep it.
    """
    if sys.platform == "win32":
        from habitat_desktop.incoming import windows_job

        windows_job.limit_process(processor_s, memory_bytes)
        return
    import resource

    if processor_s:
        resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
