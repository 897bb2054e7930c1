#!/bin/sh
# Runs a command as in a rootless container: with a root of its own, which has this machine's programs, and of its files two folders.
#
#     unshare --user --map-root-user --mount --pid --fork --net sh enter.sh ROOT SOCKETS JAVA JARS COMMAND ...
#
# ROOT: an empty folder, where the root is mounted; SOCKETS: a folder that is /run/fdbox inside; JAVA and JARS: folders that are where
# they are outside, and /jars.
set -eu
root=$1 sockets=$2 java=$3 jars=$4
shift 4

mount -t tmpfs tmpfs "$root"
for folder in usr bin lib lib64 etc dev; do
    if [ -L "/$folder" ]; then
        cp -P "/$folder" "$root/$folder"
    elif [ -d "/$folder" ]; then
        mkdir "$root/$folder"
        mount --rbind "/$folder" "$root/$folder"
    fi
done
mkdir -p "$root/proc" "$root/tmp" "$root/old" "$root/run/fdbox" "$root/jars"
mount -t proc proc "$root/proc"
mount --rbind "$sockets" "$root/run/fdbox"
mount --rbind "$jars" "$root/jars"
if [ ! -d "$root$java" ]; then
    mkdir -p "$root$java"
    mount --rbind "$java" "$root$java"
fi
cd "$root"
pivot_root . old
cd /
umount -l /old
exec "$@"
