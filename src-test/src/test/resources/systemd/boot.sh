#!/bin/sh
# Starts a systemd that can touch nothing of this machine: in namespaces of its own, on an overlay that is thrown away.
#
#     unshare --pid --fork --kill-child --mount --cgroup --uts --ipc --net sh boot.sh ROOT UNITS SHARED DAEMON TARGET
#
# ROOT: where systemd is ("/", or a folder that holds another version); UNITS: a folder of unit files, and perhaps of a script
# setup.sh that prepares the overlay; SHARED: a folder that is /run/shared inside; DAEMON: one that is /run/daemon inside. The
# caller has moved itself into a cgroup of its own.
set -eu
root=$1 units=$2 shared=$3 daemon=$4 target=$5

mount --make-rprivate /
space=$(mktemp -d)
mount -t tmpfs tmpfs "$space"
mkdir "$space/upper" "$space/work" "$space/new"
new=$space/new
mount -t overlay overlay -o "lowerdir=$root,upperdir=$space/upper,workdir=$space/work" "$new"
mkdir -p "$new/proc" "$new/sys" "$new/dev" "$new/run" "$new/tmp" "$new/var/tmp"
mount -t proc proc "$new/proc"
mount -t sysfs -o ro sysfs "$new/sys"
mount -t cgroup2 cgroup2 "$new/sys/fs/cgroup"
for folder in dev run tmp var/tmp; do
    mount -t tmpfs tmpfs "$new/$folder"
done
for device in null zero full random urandom tty; do
    : >"$new/dev/$device"
    mount --bind "/dev/$device" "$new/dev/$device"
done
mkdir -p "$new/dev/pts" "$new/dev/shm" "$new/run/systemd/system" "$new/run/shared" "$new/run/daemon"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$new/dev/pts"
ln -s pts/ptmx "$new/dev/ptmx"
mount --bind "$shared" "$new/run/shared"
mount --bind "$daemon" "$new/run/daemon"
cp -r "$units"/* "$new/run/systemd/system/"
for unit in systemd-tmpfiles-setup systemd-tmpfiles-setup-dev systemd-tmpfiles-setup-dev-early \
    systemd-tmpfiles-clean systemd-sysctl systemd-modules-load systemd-udevd systemd-journal-flush \
    systemd-random-seed systemd-remount-fs; do
    ln -s /dev/null "$new/run/systemd/system/$unit.service"
done
ln -s /dev/null "$new/run/systemd/system/systemd-tmpfiles-clean.timer"
[ ! -f "$units/setup.sh" ] || chroot "$new" sh /run/systemd/system/setup.sh

mkdir "$new/run/old"
cd "$new"
pivot_root . run/old
cd /
umount -l /run/old
exec env -i container=unshare PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    /lib/systemd/systemd --system "--unit=$target" --show-status=no >/run/shared/systemd.log 2>&1
