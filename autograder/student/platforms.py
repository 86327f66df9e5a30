"""Whether MXNet 1.9.1 has a wheel for this machine, and what to do where it has none."""

import platform

WHEELS = {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "x86_64")}


def told(system: str = "", machine: str = "") -> tuple[bool, str, str]:
    """Return whether there is a wheel, the machine in words, and what to do. By default of the machine that this is."""
    system, machine = system or platform.system(), machine or platform.machine()
    fix = ""
    if system == "Windows":
        fix = "work in WSL 2: run `wsl --install` in PowerShell, then install in Ubuntu as on Linux"
    elif system == "Darwin" and machine == "arm64":
        fix = "work in a Linux container, or with an x86-64 Python under Rosetta"
    elif (system, machine) not in WHEELS:
        fix = "work on Linux (x86-64 or arm64): MXNet 1.9.1 has no wheel for other machines"
    return (system, machine) in WHEELS, f"{system or 'unknown'}, {machine or 'unknown'}", fix
