#!/usr/bin/env bash
# Install the Debian packages named in the given lists, as far as they are missing.
# With root or a password-less sudo it installs; otherwise it prints the exact command and fails.
set -euo pipefail
packages=$(grep -hv '^#' "$@")
if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian: install the counterparts of these packages yourself:" $packages
    exit 0
fi
missing=()
for name in $packages; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit 0
# Debian builds a few names differently over time; python3-venv is not needed where venv works already
if python3 -c 'import ensurepip' 2>/dev/null; then
    keep=()
    for name in "${missing[@]}"; do
        case $name in python3 | python3-venv) ;; *) keep+=("$name") ;; esac
    done
    missing=(${keep[@]+"${keep[@]}"})
    [ ${#missing[@]} -eq 0 ] && exit 0
fi
install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "These system packages are missing. Run this once, then try again:"
    echo "    sudo apt-get update && sudo $install"
    exit 1
fi
echo "Installing ${#missing[@]} system packages: ${missing[*]}"
log=$(mktemp)
if ! { $as_root apt-get update && DEBIAN_FRONTEND=noninteractive $as_root $install; } >"$log" 2>&1; then
    tail -n 30 "$log"
    exit 1
fi
