#!/bin/sh
# Every address of the api's name gets its share of the requests, and containers come and go: looks the name up once a
# second, leaves out who says that it is not ready (an api that is about to end goes on serving for a while, so that
# this is noticed in time), and has nginx read the list again whenever it has changed. Runs beside nginx until the
# container ends. nginx itself (`resolve`, from 1.27.3) would follow the name, but not ask anybody.
set -eu
servers=$GATEWAY_TEMP/api-servers.conf
port=${GATEWAY_UPSTREAM##*:}

# One that does not answer may just be busy, or not be there yet: it stays as it is.
is_ready() {
  status=$(curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' "http://$1:$port/readyz" || true)
  case $status in
    000) grep -qF "server $1:$port " "$servers" ;;
    503) false ;;
  esac
}

look_up() {
  addresses=$(getent ahostsv4 "${GATEWAY_UPSTREAM%:*}" | awk '{ print $1 }' | sort -u || true)
  # No answer is no reason to forget what is known.
  [ -n "$addresses" ] || return 1
  ready=$addresses
  if [ "$(printf '%s\n' "$addresses" | wc -l)" -gt 1 ]; then
    ready=$(for address in $addresses; do if is_ready "$address"; then echo "$address"; fi; done)
  fi
  # If nobody is, it is not for nginx to choose.
  for address in ${ready:-$addresses}; do echo "server $address:$port max_fails=3 fail_timeout=2s;"; done >"$servers.new"
  if cmp -s "$servers.new" "$servers"; then return 1; fi
  mv "$servers.new" "$servers"
}

look_up || true
(
  while sleep 1; do
    if look_up && [ -s "$GATEWAY_TEMP/nginx.pid" ]; then kill -HUP "$(cat "$GATEWAY_TEMP/nginx.pid")" || true; fi
  done
) &
