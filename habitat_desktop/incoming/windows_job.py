"""Limits of time and memory for this process on Windows: a job object that holds it. Loaded nowhere else.

Not tested: written after the documentation of the Windows API, on a machine without Windows. Whatever fails
is passed over, because a child without them still has the limit by the clock and those of `limits`.
"""

import ctypes
import sys
from ctypes import wintypes

_EXTENDED_LIMIT_INFORMATION = 9  # JobObjectExtendedLimitInformation
_LIMIT_PROCESS_TIME = 0x0002  # JOB_OBJECT_LIMIT_PROCESS_TIME, in units of 100 ns
_LIMIT_PROCESS_MEMORY = 0x0100  # JOB_OBJECT_LIMIT_PROCESS_MEMORY
_LIMIT_DIE_ON_EXCEPTION = 0x0400  # JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION: no error box


class _Basic(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("PerProcessUserTimeLimit", wintypes.LARGE_INTEGER),
        ("PerJobUserTimeLimit", wintypes.LARGE_INTEGER),
        ("LimitFlags", wintypes.DWORD),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", wintypes.DWORD),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", wintypes.DWORD),
        ("SchedulingClass", wintypes.DWORD),
    )


class _Extended(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION; `IoInfo` are the six counters of IO_COUNTERS."""

    _fields_ = (
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_ulonglong * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def limit_process(processor_s: int, size_bytes: int) -> bool:
    """Let this process run `processor_s`, 0 for as long as it takes, and commit `size_bytes`.

    Tells whether Windows took the limits.
    """
    if sys.platform != "win32":
        return False
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = wintypes.HANDLE
    kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD)
    kernel.GetCurrentProcess.restype = wintypes.HANDLE
    kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    job = kernel.CreateJobObjectW(None, None)
    if not job:
        return False
    limits = _Extended()
    time = _LIMIT_PROCESS_TIME if processor_s else 0
    limits.BasicLimitInformation.LimitFlags = time | _LIMIT_PROCESS_MEMORY | _LIMIT_DIE_ON_EXCEPTION
    limits.BasicLimitInformation.PerProcessUserTimeLimit = processor_s * 10_000_000
    limits.ProcessMemoryLimit = size_bytes
    taken = kernel.SetInformationJobObject(
        job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
    )
    # the handle stays open: the limits last as long as the process
    return bool(taken and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess()))
