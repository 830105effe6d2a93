#!/bin/bash
# Run every fuzz target for a while: fuzz.sh TIME
set -euo pipefail
time=${1:?usage: fuzz.sh TIME, such as 20s}
for package in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do
  for target in $(grep -ohE '^func Fuzz[A-Za-z0-9_]+' "$package"/*_test.go | cut -d' ' -f2 | sort); do
    echo "$package $target"
    go test "$package" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
  done
done
