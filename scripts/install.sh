#!/bin/sh
# Set up .venv from requirements.lock. Needs Python 3.11, 3.12 or 3.13 and nothing else; no root.
# PYTHON=… names the interpreter to take; otherwise the first of those that works.
set -eu

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in {(3, 11), (3, 12), (3, 13)})' 2>/dev/null; }

if [ -n "${PYTHON:-}" ] || ! { [ -x .venv/bin/python ] && fits .venv/bin/python; }; then
    rm -rf .venv
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if fits "$python"; then "$python" -m venv .venv; break; fi
    done
    if [ ! -d .venv ] && [ -z "${PYTHON:-}" ] && command -v uv >/dev/null; then
        uv venv --quiet --seed --python '>=3.11,<3.14' .venv || true
    fi
    if [ ! -d .venv ]; then
        echo "Python 3.11, 3.12 or 3.13 with its venv module is needed, and none of ${PYTHON:-python3, python3.13," \
             "python3.12, python3.11} is that: install one from your system's packages (on Debian and Ubuntu also" \
             "python3-venv) or from python.org, or install uv, which can fetch it." >&2
        exit 2
    fi
fi

echo "Installing locked versions into .venv ..." >&2
# --no-deps: the lock names every package, and MXNet asks for numpy<2, which Python 3.13 has no wheel of.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
touch .venv/installed
