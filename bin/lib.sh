# What bin/fdbox and bin/fdboxd share: where the repository is, which Java runs it, and building it on first use.
# It runs before every command, so it starts other programs only where it must. The caller has set
# $program, its name, and $here, its folder.

oldest_java=25

fail() {
    printf '%s: %s\n' "$program" "$1" >&2
    exit 1
}

# The repository, from the folder of the script.
case $here in
bin) root=. ;;
*/bin) root=${here%/bin} ;;
*) root=$here/.. ;;
esac

# Whether a folder holds a Java that is new enough. Every JDK tells its version in the file "release".
is_java() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
        JAVA_VERSION=*)
            version=${line#*=}
            version=${version#\"}
            version=${version%%[!0-9]*}
            [ "${version:-0}" -ge "$oldest_java" ]
            return
            ;;
        esac
    done <"$1/release"
    return 1
}

# Sets $java to the folder of a JDK.
find_java() {
    java=${JAVA_HOME:-}
    is_java "$java" && return
    if in_path=$(command -v java); then
        java=$(readlink -f -- "$in_path")
        java=${java%/bin/java}
        is_java "$java" && return
    fi
    for java in /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/*java* /opt/graalvm* /usr/local/*jdk* \
        "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* \
        "${HOME:-/root}"/.local/share/mise/installs/java/* "${HOME:-/root}"/.asdf/installs/java/*; do
        is_java "$java" && return
    done
    fail "no Java $oldest_java or later in JAVA_HOME, in PATH or in the usual folders (https://adoptium.net has it)"
}

# Whether a module's jar is older than what it is made of.
is_old() {
    newer=$(find "$root/pom.xml" "$root/picocli/pom.xml" "$root/fdbox-api/pom.xml" "$root/fdbox-api/src/main" \
        "$root/$1/pom.xml" "$root/$1/src/main" -newer "$2" -print -quit 2>/dev/null)
    [ -n "$newer" ]
}

# Builds a module, and on first use both, if its jar is missing or old. Of several launchers at once, one builds.
build() {
    [ -f "$2" ] && ! is_old "$1" "$2" && return
    (
        command -v flock >/dev/null && flock 9
        if [ ! -f "$2" ]; then
            modules=fdbox-cli,fdboxd
        elif is_old "$1" "$2"; then
            modules=$1
        else
            exit 0
        fi
        maven=mvn
        [ -x "$root/mvnw" ] && maven=$root/mvnw
        command -v "$maven" >/dev/null || fail "not built yet, and there is no Maven (mvn) to build it"
        printf '%s: building %s ...\n' "$program" "$modules" >&2
        said=$(JAVA_HOME=$java "$maven" -q -B -f "$root/pom.xml" -pl "$modules" -am -Dmaven.test.skip=true \
            -Dspotless.check.skip=true -Dstyle.color=never package 2>&1 </dev/null) || {
            printf '%s\n' "$said" >&2
            fail "building failed; the reason stands above"
        }
    ) 9<"$root/bin/lib.sh" || exit 1
}

# Sets $class_path to a program's jars, and $cache to its AOT cache (JEP 483), which spares a start most of the loading of classes.
# Java can take a cache for one of other jars, and then runs what those were (JDK-8377932). So beside each cache stands what it
# was made of, every file with its inode, its size, and when it was written and changed. $cache is empty where there is none.
find_cache() {
    folder=$1
    cache=$folder/$program.aot
    set -- "$folder"/*.jar
    class_path=$1
    shift
    for jar; do
        class_path=$class_path:$jar
    done
    set -- $(stat -L -c '%i %s %.Y %.Z' "$folder"/*.jar "$java/lib/modules" "$root/bin/lib.sh" "$root/bin/$program" \
        2>/dev/null)
    [ $# -gt 0 ] && { is_made_of "$*" || make_cache "$*"; } && [ -r "$cache" ] || cache=
}

# Whether the cache, or the fact that none could be made, belongs to these files.
is_made_of() {
    made_of=
    [ -r "$cache.of" ] && IFS= read -r made_of <"$cache.of"
    [ "$made_of" = "$1" ]
}

# Of several launchers at once, one makes it. The program works without, so nothing of this may be heard.
make_cache() {
    [ -w "$folder" ] || return
    [ -t 2 ] && printf '%s: preparing faster starts ...\n' "$program" >&2
    (
        command -v flock >/dev/null && flock 8
        is_made_of "$1" && exit
        scratch=$(mktemp -d) || exit
        trap 'rm -rf "$scratch" "$cache.new"' EXIT
        trap 'exit 1' HUP INT TERM
        unset LISTEN_PID LISTEN_FDS LISTEN_FDNAMES FDSTORE NOTIFY_SOCKET WATCHDOG_PID WATCHDOG_USEC
        rm -f "$cache" "$cache.of"
        printf '{"pluginDirectory": "%s"}\n' "$scratch" >"$scratch/config"
        train "$scratch" && chmod go+r "$cache.new" && mv "$cache.new" "$cache"
        printf '%s\n' "$1" >"$scratch/of" && cp "$scratch/of" "$cache.of"
    ) 8<"$folder" </dev/null >/dev/null 2>&1
    is_made_of "$1"
}

# Becomes a program in training, with the options that it has otherwise. Which methods ran is not kept: Java would compile those
# at once at each start, and one that is over after a few calls gains nothing by that.
become_trained() {
    exec "$java/bin/java" $options -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining \
        "-XX:AOTCacheOutput=$cache.new" -cp "$class_path" "$@"
}

# Waits for a daemon's socket, for as long as the daemon lives.
wait_for() {
    while [ ! -S "$1" ] && kill -0 "$2" 2>/dev/null; do
        sleep 0.1
    done
}

# Puts /dev/null where a standard descriptor is closed, so that nothing else is ever opened there. Input and output get it
# the wrong way round: reading and writing fail as they would have. Sets $closed to the numbers that were.
fill_standard_descriptors() {
    closed=
    [ -e /proc/self/fd/0 ] || { closed="$closed 0"; exec 0>/dev/null; }
    [ -e /proc/self/fd/1 ] || { closed="$closed 1"; exec 1</dev/null; }
    [ -e /proc/self/fd/2 ] || { closed="$closed 2"; exec 2>/dev/null; }
}
