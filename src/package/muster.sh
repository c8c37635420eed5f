#!/bin/sh
# Starts Muster with the Java runtime of this package.
set -u

root=$(dirname "$(dirname "$(readlink -f "$0")")")
. "$root/app/jvm.sh"
muster_prepare_jvm

# Flags are split at spaces intentionally.
exec "$root/runtime/bin/java" $muster_flags -XX:AOTCache="$root/app/muster.aot" $muster_quiet ${MUSTER_JAVA_OPTS:-} \
  -jar "$root/app/muster.jar" "$@"
