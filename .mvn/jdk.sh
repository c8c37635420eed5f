# Sourced by ./muster, ./verify and bench: finds a JDK 25 or newer and sets JAVA_HOME to it. Bash 3.2 is enough.

# Prints the major version of the JDK in folder $1, or nothing. Reading the file `release` is faster than starting java.
muster_jdk_major() {
  local line
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#JAVA_VERSION=\"}
        echo "${line%%[!0-9]*}"
        return 0
        ;;
    esac
  done <"$1/release"
  return 1
}

# Prints the folder of the JDK whose java is on PATH, following symbolic links.
muster_jdk_of_path() {
  local java target
  java=$(command -v java) || return 1
  while [ -L "$java" ]; do
    target=$(readlink "$java")
    case $target in
      /*) java=$target ;;
      *) java=$(dirname "$java")/$target ;;
    esac
  done
  (cd "$(dirname "$java")/.." && pwd -P)
}

muster_find_jdk() {
  local home major
  for home in "${JAVA_HOME:-}" "$(muster_jdk_of_path)" \
    /usr/lib/jvm/* /opt/* /opt/*/* "${HOME:-/nowhere}"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$home" ] || continue
    major=$(muster_jdk_major "$home") || continue
    if [ "${major:-0}" -ge 25 ]; then
      export JAVA_HOME=$home
      return 0
    fi
  done
  cat >&2 <<'END'
muster: needs a JDK of version 25 or newer (a JDK, not only a runtime) and found none in
  JAVA_HOME, PATH, /usr/lib/jvm, /opt, ~/.sdkman or /Library/Java/JavaVirtualMachines.
  Install one, for example  apt-get install openjdk-25-jdk  or  sdk install java 25-tem  or  brew install openjdk@25,
  or set JAVA_HOME if it is elsewhere.
END
  return 1
}

muster_find_maven() {
  command -v mvn >/dev/null 2>&1 && return 0
  cat >&2 <<'END'
muster: needs Maven (mvn) of version 3.8 or newer to build, and found none on PATH.
  Install it, for example  apt-get install maven  or  sdk install maven  or  brew install maven.
END
  return 1
}

# The second compiler and the parallel collector cost a build more processor time than they gain it: a compilation is over
# before code has run often enough. The last flags silence warnings that new JDKs print about Maven's own libraries.
muster_maven() {
  MAVEN_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED" mvn "$@"
}
