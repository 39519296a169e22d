#!/usr/bin/env bash
# A durable load of the peers' workload from end to end: one client, one server
# on an empty directory, until every listing is acknowledged, on disk and
# answered from. As HSDS NDJSON, and as an HSDS tabular package.
#   load_bench.sh BIN FOLDER N [RUNS]
#     BIN     folder with handrail, handraild, load_workload and load_floor
#     FOLDER  has listings.tsv of N listings; services.ndjson is made here, and
#             tabular.zip, which is what a directory with them exports
# Prints one line per run: seconds, listings a second, CPU time of a listing and
# peak memory of both programs, and of the server's threads: those that take the
# rows, make the index, and write RocksDB's files (not those that help with the
# rows of one batch and end with it). Then how that compares with parsing the
# lines and putting them into RocksDB as they are (load_floor). With
# PostgreSQL's tools and HANDRAIL_PEERS (the folder of run.sh) the same listings
# go through its COPY, after the runs, and a last line says how many times as
# fast each form was.
set -euo pipefail

bin=$1 folder=$2 n=$3 runs=${4:-3}
data=$folder/load-data
ndjson=$folder/services.ndjson
package=$folder/tabular.zip
ticks=$(getconf CLK_TCK)

[[ -r $ndjson ]] || "$bin/load_workload" "$folder/listings.tsv" >"$ndjson"

# CPU-seconds of a process so far.
cpu_of() { awk -v t="$ticks" '{print ($14 + $15) / t}' "/proc/$1/stat"; }

# Peak memory of a process in MiB.
peak_of() { awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$1/status"; }

# CPU microseconds a listing of a server's threads.
threads_of() {
  sed -E 's/^[0-9]+ \(([a-z]*)[^)]*\)/\1/' /proc/"$1"/task/*/stat |
    awk -v n="$n" -v t="$ticks" '{cpu[$1] += ($13 + $14) / t / n * 1e6}
      END {printf "rows %.0f, index %.0f, RocksDB %.0f",
        cpu["grpcpp"], cpu["handraild"], cpu["rocksdb"]}'
}

serve() {
  rm -rf "$data" "$folder/serve.log"
  "$bin/handraild" --data-dir "$data" --listen 127.0.0.1:0 \
    --operator-listen 127.0.0.1:0 --log-level error >"$folder/serve.log" &
  server=$!
  trap 'kill $server 2>/dev/null || true' EXIT
  until grep -qs '^serving' "$folder/serve.log"; do sleep 0.05; done
  address=$(sed -n 's/^serving grpc=\([^ ]*\).*/\1/p' "$folder/serve.log")
}

stop() {
  kill "$server"
  wait "$server" || true
  trap - EXIT
  rm -rf "$data"
}

# load FILE: into the server, its time to client.time.
load() {
  /usr/bin/time -o "$folder/client.time" -f '%e %U %S %M' \
    "$bin/handrail" --server "$address" load "$1" --source workload \
    --as-of 2026-01-01 -o json >"$folder/report.json" 2>"$folder/client.err"
}

# The package, unless there is one that is newer than the listings.
make_package() {
  [[ $package -nt $ndjson ]] && return
  serve
  load "$ndjson"
  "$bin/handrail" --server "$address" export --format hsds-tabular \
    --source workload >"$package.part" 2>"$folder/client.err"
  mv "$package.part" "$package"
  stop
}

# one_run FORM FILE: prints its line, and leaves its rate in $rate.
one_run() {
  local before after wall user system memory
  serve
  before=$(cpu_of "$server")
  load "$2"
  after=$(cpu_of "$server")
  read -r wall user system memory <"$folder/client.time"
  rate=$(awk -v n="$n" -v wall="$wall" 'BEGIN {print n / wall}')
  awk -v form="$1" -v n="$n" -v wall="$wall" \
    -v client="$(awk "BEGIN {print $user + $system}")" \
    -v server="$(awk "BEGIN {print $after - $before}")" \
    -v cm="$((memory / 1024))" -v sm="$(peak_of "$server")" \
    -v threads="$(threads_of "$server")" \
    -v b="$(stat -c %s "$2")" 'BEGIN {
      printf "%s: %d listings, %.1f s: %.0f/s, %.1f MB/s; CPU us a listing: client %.0f, server %.0f (%s); peak MiB: client %d, server %d\n",
        form, n, wall, n / wall, b / wall / 1e6, client / n * 1e6, server / n * 1e6,
        threads, cm, sm }'
  stop
}

# The faster of two rates.
faster() { awk -v a="$1" -v b="$2" 'BEGIN {print (a + 0 > b + 0 ? a : b)}'; }

# PostgreSQL's COPY of the same listings; prints its line and the ratios.
run_copy() {
  local out=$folder/peers copy index
  mkdir -p "$out"
  OUT=$out QUERIES=10 REPEATS=1 THREADS=1 \
    "$HANDRAIL_PEERS/run.sh" "$n" postgresql-plain >"$out/run.log" 2>&1 ||
    { tail -3 "$out/run.log" && return; }
  read -r copy index < <(grep -h '"copy_s"' "$out/$n/results.jsonl" |
    tail -1 | sed -E 's/.*"copy_s":([0-9.]+),"index_s":([0-9.]+).*/\1 \2/')
  awk -v n="$n" -v c="$copy" -v i="$index" -v a="$best_ndjson" \
    -v b="$best_package" 'BEGIN {
      printf "PostgreSQL: COPY %.1f s (%.0f/s), with its indexes %.1f s (%.0f/s)\n",
        c, n / c, c + i, n / (c + i)
      printf "the fastest runs to COPY: NDJSON %.2f, tabular %.2f; to COPY with its indexes: %.2f, %.2f\n",
        a * c / n, b * c / n, a * (c + i) / n, b * (c + i) / n }'
}

make_package
best_ndjson=0 best_package=0
for ((run = 0; run < runs; ++run)); do
  one_run NDJSON "$ndjson"
  best_ndjson=$(faster "$rate" "$best_ndjson")
  one_run tabular "$package"
  best_package=$(faster "$rate" "$best_package")
done

# The floor; prints its lines and the share of it in the fastest runs.
run_floor() {
  "$bin/load_floor" "$ndjson" "$folder/floor" | tee "$folder/floor.txt"
  awk -v a="$best_ndjson" -v b="$best_package" '/^floor/ {
      printf "of the fastest runs the floor is: NDJSON %.0f %%, tabular %.0f %%\n",
        100 * a / $(NF - 3), 100 * b / $(NF - 3) }' "$folder/floor.txt"
}

run_floor
if [[ ${HANDRAIL_PEERS:-} ]] && command -v psql >/dev/null; then run_copy; fi
