#!/bin/sh
# Set up .venv from requirements.lock. Needs Python 3.11 and nothing else; no root.
set -eu

is_311() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
    rm -rf .venv
    if is_311 python3.11; then python3.11 -m venv .venv
    elif is_311 python3; then python3 -m venv .venv
    elif command -v uv >/dev/null && uv venv --quiet --seed --python 3.11 .venv; then :
    else
        echo "Python 3.11 is needed (MXNet 1.9.1 runs on no later one), and neither python3.11 nor python3 is it:" \
             "install it from your system's packages or python.org, or install uv, which can fetch it." >&2
        exit 2
    fi
fi

echo "Installing locked versions into .venv ..." >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
touch .venv/installed
