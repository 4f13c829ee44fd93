#!/bin/sh
# Distributes requests over all addresses of the api's name while containers come and go. Once a second it looks the
# name up, leaves out apis that report that they are not ready, and makes nginx reload the list if it has changed. An api
# that is shutting down keeps serving for a while, so that this loop can react in time. Runs beside nginx until the
# container stops. nginx itself (`resolve`, from 1.27.3) could follow the name, but does not check readiness.
set -eu
servers=$GATEWAY_TEMP/api-servers.conf
port=${GATEWAY_UPSTREAM##*:}

# An api that does not answer may be busy or still starting: keep its current state.
is_ready() {
  status=$(curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' "http://$1:$port/readyz" || true)
  case $status in
    000) grep -qF "server $1:$port " "$servers" ;;
    503) false ;;
  esac
}

look_up() {
  addresses=$(getent ahostsv4 "${GATEWAY_UPSTREAM%:*}" | awk '{ print $1 }' | sort -u || true)
  # If the lookup fails, keep the known addresses.
  [ -n "$addresses" ] || return 1
  ready=$addresses
  if [ "$(printf '%s\n' "$addresses" | wc -l)" -gt 1 ]; then
    ready=$(for address in $addresses; do if is_ready "$address"; then echo "$address"; fi; done)
  fi
  # If none is ready, keep all of them.
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
