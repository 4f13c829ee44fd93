#!/bin/sh
# For an nginx before 1.27.3, which looks a name up once alone: writes the addresses of the api's name into the upstream
# block, and has nginx read it again whenever they change. Runs beside nginx until the container ends.
set -eu
[ -n "$GATEWAY_FOLLOWS" ] || exit 0
servers=$GATEWAY_TEMP/api-servers.conf

look_up() {
  getent ahostsv4 "${GATEWAY_UPSTREAM%:*}" |
    awk -v port="${GATEWAY_UPSTREAM##*:}" '{ print "server " $1 ":" port " max_fails=3 fail_timeout=2s;" }' |
    sort -u >"$servers.new" || true
  # No answer is no reason to forget what is known.
  [ -s "$servers.new" ] || return 1
  # Among several servers one that fails is left out for a while; alone it would be tried at every request.
  echo 'server 127.0.0.1:9 down;' >>"$servers.new"
  if cmp -s "$servers.new" "$servers"; then return 1; fi
  mv "$servers.new" "$servers"
}

look_up || true
(
  while sleep 1; do
    if look_up && [ -s "$GATEWAY_TEMP/nginx.pid" ]; then kill -HUP "$(cat "$GATEWAY_TEMP/nginx.pid")" || true; fi
  done
) &
