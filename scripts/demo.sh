#!/bin/bash
# Show the three jobs on the example that ships with the project: demo.sh PREEMPTCK
# Fails unless each ends with the exit status that it should.
set -euo pipefail
preemptck=$(realpath "${1:?usage: demo.sh PREEMPTCK}")
cd "$(dirname "${BASH_SOURCE[0]}")/../testdata/demo"

# step STATUS COMMAND...: show and run a command that must exit with STATUS.
step() {
  local want=$1 status=0
  shift
  printf '\n$ preemptck %s\n' "$*"
  "$preemptck" "$@" || status=$?
  if [[ $status != "$want" ]]; then
    echo "demo: preemptck $1 exited with $status, want $want" >&2
    exit 1
  fi
}

cat <<'END'
The example is a kernel of four C files and a Rust driver for a fan, in testdata/demo.

1. For the maintainer of the bindings: what each C function does to the preempt count.
END
step 0 annotate
cat <<'END'

2. For the author of the C helpers: which of them may sleep, and why.
END
step 0 audit
step 0 explain mutex_lock
cat <<'END'

3. For the author of the driver: what sleeps where it must not.
END
step 1 check drivers/fan/fan.o
cat <<'END'

Both bugs stand in testdata/demo/drivers/fan/fan.rs, each beside a function that does it right.
END
