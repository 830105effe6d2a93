#!/bin/bash
# Show the three jobs on the example that ships with the project: demo.sh PREEMPTCK
# Fails unless each ends with the exit status that it should.
set -euo pipefail
preemptck=$(realpath "${1:?usage: demo.sh PREEMPTCK}")
cd "$(dirname "${BASH_SOURCE[0]}")/../testdata/demo"

output=$(mktemp)
trap 'rm -f "$output"' EXIT

# step STATUS COMMAND...: show and run a command that must exit with STATUS. What it
# printed stays in $output.
step() {
  local want=$1 status=0
  shift
  printf '\n$ preemptck %s\n' "$*"
  "$preemptck" "$@" | tee "$output" || status=$?
  if [[ $status != "$want" ]]; then
    echo "demo: preemptck $1 exited with $status, want $want" >&2
    exit 1
  fi
}

# is WHAT WANT GOT: two texts must be the same.
is() {
  if [[ $2 != "$3" ]]; then
    printf 'demo: %s: want\n%s\ngot\n%s\n' "$1" "$2" "$3" >&2
    exit 1
  fi
}

cat <<'END'
The example is a kernel of four C files and a Rust driver for a fan, in testdata/demo.

1. For the maintainer of the bindings: what each C function does to the preempt count.
END
step 0 annotate
cat <<'END'

2. For the author of C functions: which of them may sleep, and why.
END
step 0 audit rust/helpers kernel/ mm/
step 0 explain mutex_lock
cat <<'END'

3. For the author of the driver: what sleeps where it must not. drivers/fan/fan.rs has two
   bugs, each beside functions that do the same right.
END
step 1 check drivers/fan/fan.o
# The two bugs, and nothing in their safe twins.
is 'the findings' "error[PC001]: this call may sleep, but a spinlock is held here
  --> drivers/fan/fan.rs:61:21
error[PC001]: this call may sleep, but a spinlock is held here
  --> drivers/fan/fan.rs:83:26
2 errors" "$(grep -E '^(error|warning|note|  -->|[0-9]+ (error|warning|note))' "$output")"
