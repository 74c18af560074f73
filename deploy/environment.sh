#!/bin/sh
# Usage: sh deploy/environment.sh requirements.txt|requirements-dev.txt
# Makes .venv hold exactly what the named file asks for. Nothing to do takes 0.03 s; an interrupted or failed
# installation is begun again from nothing, because a half-filled .venv fails later and elsewhere.
set -eu
cd "$(dirname "$0")/.."

# What is installed, as checksums of what asked for it: a changed pin or a changed branch is noticed, a touched file is not.
runtime=$(cksum < requirements.txt)
everything=$(cat requirements.txt requirements-dev.txt | cksum)
case $1 in
  requirements.txt) wanted=$runtime stamp=.venv/has-runtime ;;
  requirements-dev.txt) wanted=$everything stamp=.venv/has-everything ;;
  *) echo "Unknown: $1" >&2; exit 2 ;;
esac
if [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then exit 0; fi

say() { printf '%s\n' "$*" >&2; }

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
  if recent "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then say "Python 3.11 or newer is needed (PYTHON=/path/to/python3 names one)."; exit 1; fi

# Debian ships Python without the part that makes environments.
add_venv_module() {
  command -v apt-get >/dev/null || return 1
  root=
  if [ "$(id -u)" -ne 0 ]; then sudo -n true 2>/dev/null || return 1; root="sudo -n"; fi
  package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  say "Installing $package with apt-get ..."
  { $root apt-get -qq update && $root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "$package"; } >/dev/null
}

if [ -e .venv/unfinished ] || ! .venv/bin/python -c '' 2>/dev/null; then rm -rf .venv; fi
if [ ! -e .venv ]; then
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null && ! add_venv_module; then
    say "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"
    exit 1
  fi
  mkdir .venv
  touch .venv/unfinished
  "$python" -m venv .venv
fi

say "Installing $1 into .venv (a minute or two the first time) ..."
rm -f .venv/has-*
touch .venv/unfinished
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$1"
printf '%s\n' "$runtime" > .venv/has-runtime
if [ "$1" = requirements-dev.txt ]; then printf '%s\n' "$everything" > .venv/has-everything; fi
rm .venv/unfinished
