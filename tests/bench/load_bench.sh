#!/usr/bin/env bash
# A durable load of the peers' workload from end to end: one client, one server
# on an empty directory, until every listing is acknowledged, on disk and
# answered from.
#   load_bench.sh BIN FOLDER N [RUNS]
#     BIN     folder with handrail, handraild and load_workload
#     FOLDER  has listings.tsv of N listings; services.ndjson is made here
# Prints one line per run: seconds, listings a second, CPU-seconds and peak
# memory of both programs. With PostgreSQL's tools and HANDRAIL_PEERS (the
# folder of run.sh) the same listings go through its COPY, after the runs.
set -euo pipefail

bin=$1 folder=$2 n=$3 runs=${4:-3}
data=$folder/load-data
input=$folder/services.ndjson
ticks=$(getconf CLK_TCK)

[[ -r $input ]] || "$bin/load_workload" "$folder/listings.tsv" >"$input"

# CPU-seconds of a process so far.
cpu_of() { awk -v t="$ticks" '{print ($14 + $15) / t}' "/proc/$1/stat"; }

# Peak memory of a process in MiB.
peak_of() { awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$1/status"; }

serve() {
  rm -rf "$data"
  "$bin/handraild" --data-dir "$data" --listen 127.0.0.1:0 \
    --operator-listen 127.0.0.1:0 --log-level error >"$folder/serve.log" &
  server=$!
  trap 'kill $server 2>/dev/null || true' EXIT
  until grep -q '^serving' "$folder/serve.log"; do sleep 0.05; done
  address=$(sed -n 's/^serving grpc=\([^ ]*\).*/\1/p' "$folder/serve.log")
}

one_run() {
  serve
  local before after
  before=$(cpu_of "$server")
  /usr/bin/time -o "$folder/client.time" -f '%e %U %S %M' \
    "$bin/handrail" --server "$address" load "$input" --source workload \
    --as-of 2026-01-01 -o json >"$folder/report.json" 2>"$folder/client.err"
  after=$(cpu_of "$server")
  read -r wall user system memory <"$folder/client.time"
  awk -v n="$n" -v wall="$wall" -v client="$(awk "BEGIN {print $user + $system}")" \
    -v server="$(awk "BEGIN {print $after - $before}")" \
    -v cm="$((memory / 1024))" -v sm="$(peak_of "$server")" -v b="$(stat -c %s "$input")" 'BEGIN {
      printf "%d listings, %.1f s: %.0f/s, %.1f MB/s; CPU us a listing: client %.0f, server %.0f; peak MiB: client %d, server %d\n",
        n, wall, n / wall, b / wall / 1e6, client / n * 1e6, server / n * 1e6, cm, sm }'
  kill "$server"
  wait "$server" || true
  trap - EXIT
  rm -rf "$data"
}

for ((run = 0; run < runs; ++run)); do one_run; done

if [[ ${HANDRAIL_PEERS:-} ]] && command -v psql >/dev/null; then
  out=$folder/peers
  mkdir -p "$out"
  OUT=$out QUERIES=10 REPEATS=1 THREADS=1 \
    "$HANDRAIL_PEERS/run.sh" "$n" postgresql-plain >"$out/run.log" 2>&1 ||
    { tail -3 "$out/run.log"; exit 0; }
  grep -h '"copy_s"' "$out/$n/results.jsonl" | tail -1 |
    sed -E 's/.*"copy_s":([0-9.]+),"index_s":([0-9.]+).*/\1 \2/' |
    while read -r copy index; do
      awk -v n="$n" -v c="$copy" -v i="$index" 'BEGIN {
        printf "PostgreSQL: COPY %.1f s (%.0f/s), with its indexes %.1f s (%.0f/s)\n",
          c, n / c, c + i, n / (c + i) }'
    done
fi
