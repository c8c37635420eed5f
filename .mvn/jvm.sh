# Sourced by ./muster, ./package and bin/muster of a package: how Java runs Muster. POSIX sh, because a package may find
# no bash.

# Sets muster_flags, the JVM's flags, which were chosen by measurement and contain no spaces, and exports the variables
# that they go with. MUSTER_JAVA_OPTS follows them on the command line and takes precedence
# (to use another collector, switch this one off first: "-XX:-UseSerialGC -XX:+UseG1GC").
muster_prepare_jvm() {
  # -UsePerfData: otherwise a killed process leaves a file in /tmp/hsperfdata_USER. jcmd still works with a pid.
  muster_flags="
    -XX:+UseSerialGC
    -Xmx256m
    -Xms96m
    -Xmn48m
    -XX:MinHeapFreeRatio=20
    -XX:MaxHeapFreeRatio=40
    -XX:+UseCompactObjectHeaders
    -XX:+ExitOnOutOfMemoryError
    -XX:-UsePerfData
    --enable-native-access=ALL-UNNAMED"
  # glibc keeps an arena per allocating thread and does not return freed memory: docs/decisions/043.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
  case $(uname -s) in Linux) muster_flags="$muster_flags -XX:TrimNativeHeapInterval=30000" ;; esac
  # Two carriers of virtual threads per core, at least four: docs/decisions/031.
  muster_cores=$(nproc 2>/dev/null || echo 2)
  [ "$muster_cores" -ge 2 ] || muster_cores=2
  muster_flags="$muster_flags -Djdk.virtualThreadScheduler.parallelism=$((2 * muster_cores))"

  # A container with less than 512 MB: half of it for the heap, because the rest of the process needs about as much.
  muster_limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null)
  case $muster_limit in
    '' | *[!0-9]* | ??????????*) ;;
    *)
      muster_heap=$((muster_limit / 2097152))
      [ "$muster_heap" -ge 256 ] || muster_flags="$muster_flags -Xmx${muster_heap}m -Xms$((muster_heap / 2))m -Xmn$((muster_heap / 4))m"
      ;;
  esac

  # Java decodes arguments, variables and file names by the locale. Cron and containers have none, so choose a UTF-8 one.
  command -v locale >/dev/null 2>&1 || export LC_ALL=C.UTF-8
  case $(locale charmap 2>/dev/null) in
    ANSI* | US-ASCII | 646 | '')
      for muster_utf8 in C.UTF-8 C.utf8 en_US.UTF-8; do
        if [ "$(LC_ALL=$muster_utf8 locale charmap 2>/dev/null)" = UTF-8 ]; then
          export LC_ALL=$muster_utf8
          break
        fi
      done
      ;;
  esac
}

# A cache that Java cannot use is ignored. This silences its warning.
muster_quiet="-Xlog:aot*=off -Xlog:cds*=off"

# Writes an AOT cache: the Java program $1 runs the jar $2 as a demo server that gets a few hundred typical requests, and
# writes the file $3. Without curl the server only starts and stops. Fails, and writes nothing, if it does not serve.
muster_train() (
  java=$1 jar=$2 made=$3 said=$3.said
  (
    # The demo uses its own data; the environment may name other data for the real server.
    for variable in $(env | sed -n 's/^\(MUSTER_[A-Z_]*\)=.*/\1/p'); do unset "$variable"; done
    # shellcheck disable=SC2086
    exec "$java" $muster_flags $muster_quiet -XX:AOTCacheOutput="$made" -jar "$jar" \
      serve --demo --port 0 --admin-port 0
  ) </dev/null >"$said" 2>/dev/null &
  server=$!
  for _ in $(seq 600); do
    key=$(grep -o -m 1 'mst_test_[A-Za-z0-9_]*' "$said") && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  url=$(grep -o -m 1 'http://[0-9.:]*' "$said")
  if [ -n "$key" ] && [ -n "$url" ] && command -v curl >/dev/null 2>&1; then
    set -- curl -sS -m 60 -o /dev/null -H "Authorization: Bearer $key" -H "Content-Type: application/json"
    "$@" "$url/v1/users/number:[1-500]"
    "$@" "$url/v1/users/number:[1-500]/standing"
    "$@" "$url/v1/users?limit=20&offset=[1-300]"
    for number in $(seq 300); do
      printf 'header = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\noutput = /dev/null\n' "$key"
      printf 'url = "%s/v1/users"\ndata = {"email":"%s@example.net","name":"Ann"}\nnext\n' "$url" "$number"
    done | curl -sS -m 60 -K -
    "$@" -X PUT -d '{"reason":"training"}' "$url/v1/users/number:[1-500]/holds/suspended"
  fi 2>/dev/null
  kill "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  [ -n "$key" ] || rm -f "$made"
  rm -f "$said" "$made.config"
  [ -f "$made" ]
)
