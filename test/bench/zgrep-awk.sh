#!/bin/sh
# What a person at a shell would type instead: the REPORT lines of all files through zgrep and awk, on two processes.
#   sh test/bench/zgrep-awk.sh DIR
find "$1" -name '*.gz' -print0 | xargs -0 -P 2 -n 10 sh -c '
  zgrep -h "REPORT RequestId" "$@" | awk -F "\t" "
    { split(\$2, d, \" \"); ms = d[2]; n++; sum += ms; if (ms > max) max = ms; split(\$5, m, \" \"); if (m[4] > mem) mem = m[4] }
    END { print n, sum / n, max, mem }"
' sh
