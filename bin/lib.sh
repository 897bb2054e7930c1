# What bin/fdbox and bin/fdboxd share: where the repository is, which Java runs it, and building it on first use.
# Forks as little as possible, since it runs before every command. The caller's descriptors are left alone.

newest_known=25

fail() {
    printf '%s: %s\n' "$program" "$1" >&2
    exit 1
}

# Sets $root to the repository, for the path of a script in its bin/.
find_root() {
    self=$1
    case $self in
    */*) ;;
    *) self=$(command -v -- "$self") || fail "where is this script?" ;;
    esac
    if [ -h "$self" ]; then
        self=$(readlink -f -- "$self")
    fi
    bin=${self%/*}
    case $bin in
    bin) root=. ;;
    */bin) root=${bin%/bin} ;;
    *) root=$bin/.. ;;
    esac
}

# Whether a folder holds a Java that is new enough; every JDK says its version in the file "release".
is_jdk() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
        JAVA_VERSION=*)
            version=${line#JAVA_VERSION=}
            version=${version#\"}
            version=${version%%[!0-9]*}
            [ "${version:-0}" -ge "$newest_known" ]
            return
            ;;
        esac
    done <"$1/release"
    return 1
}

# Sets $java to the folder of a JDK: JAVA_HOME, the java in PATH, or one in a usual folder.
find_java() {
    if [ -n "${JAVA_HOME:-}" ] && is_jdk "$JAVA_HOME"; then
        java=$JAVA_HOME
        return
    fi
    if java=$(command -v java); then
        java=$(readlink -f -- "$java")
        java=${java%/bin/java}
        is_jdk "$java" && return
    fi
    for java in /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/*java* /opt/graalvm* /usr/local/*jdk* \
        "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* \
        "${HOME:-/root}"/.local/share/mise/installs/java/* "${HOME:-/root}"/.asdf/installs/java/*; do
        is_jdk "$java" && return
    done
    fail "needs Java $newest_known or later, found in JAVA_HOME, in PATH or below /usr/lib/jvm; https://adoptium.net has it"
}

# Whether the jar of a module is missing or older than a source of it.
is_stale() {
    jar=$root/$1/target/$1.d/$1.jar
    case $1 in
    fdbox-cli) jar=$root/fdbox-cli/target/fdbox/fdbox-cli.jar ;;
    fdboxd) jar=$root/fdboxd/target/fdboxd/fdboxd.jar ;;
    esac
    [ -f "$jar" ] || return 0
    newer=$(find "$root/fdbox-api/src/main" "$root/$1/src/main" "$root/pom.xml" "$root/fdbox-api/pom.xml" "$root/$1/pom.xml" \
        -newer "$jar" -print -quit 2>/dev/null)
    [ -n "$newer" ]
}
