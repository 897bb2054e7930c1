# Installs what the repository ships, as docs/operations.md says, and makes a user with a user manager. Runs on the overlay.
set -eu
shipped=/run/shared/shipped
cp "$shipped"/*.service "$shipped"/*.socket /usr/lib/systemd/system/
mkdir -p /usr/lib/systemd/user /usr/lib/sysusers.d
cp "$shipped"/user/* /usr/lib/systemd/user/
cp "$shipped/fdbox.sysusers.conf" /usr/lib/sysusers.d/fdbox.conf
install -m 755 /run/shared/fdboxd /run/shared/fdbox /usr/bin/
mkdir -p /usr/lib/fdbox
cp -r /run/shared/cli /usr/lib/fdbox/cli
chmod -R a+rX /usr/lib/fdbox

printf 'u tester 4711 "" /home/tester\n' >/usr/lib/sysusers.d/tester.conf
systemd-sysusers
install -d -o tester -g tester -m 700 /run/user/4711 /home/tester
mkdir -p /run/systemd/user
cp -r /run/systemd/system/user/* /run/systemd/user/
