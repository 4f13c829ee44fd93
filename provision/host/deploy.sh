#!/bin/bash
# Brings this release up on the host: darkroom-deploy RELEASE REDIS_HOST. It builds the images beside what runs, takes
# over, and waits until everything is healthy; if it does not become so, the release before comes back and this fails.
set -euo pipefail
. /etc/darkroom/stack.env
release=$1
redis=$2
running=/opt/darkroom/running
# Seconds until everything is healthy, the images apart.
limit=600

# ── secrets: from Secrets Manager into memory, from there into the volumes of those who need them ───────────────────
secrets=$(
  darkroom-aws secretsmanager / -H 'content-type: application/x-amz-json-1.1' \
    -H 'x-amz-target: secretsmanager.GetSecretValue' -d "$(jq -n --arg id "$SECRET" '{SecretId: $id}')" |
    jq -r .SecretString
)
install -d -m 700 /run/darkroom-secrets
value() { jq -r ".$1" <<<"$secrets"; }
(
  umask 077
  value token >/run/darkroom-secrets/token
  value databasePassword >/run/darkroom-secrets/database-password
  printf 'rediss://:%s@%s:6379\n' "$(value redisAuth)" "$redis" >/run/darkroom-secrets/redis-url
)

# ── up ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
compose() {
  local which=$1
  shift
  DARKROOM_RELEASE=$which DARKROOM_VERSION=$which DARKROOM_BUCKET=$BUCKET AWS_REGION=$REGION NAMES=$NAMES \
    LOGS=${AWS_ENDPOINT_URL:-https://logs.$REGION.amazonaws.com} \
    PICTURES=${AWS_ENDPOINT_URL:-https://$BUCKET.s3.$REGION.amazonaws.com} \
    docker compose --progress quiet --project-directory "/opt/darkroom/releases/$which" \
    -f "/opt/darkroom/releases/$which/docker-compose.yml" \
    -f "/opt/darkroom/releases/$which/provision/host/compose.aws.yml" "$@"
}

# A program that ends again and again is not waited for: whether Docker has started one of this release a third time.
crashing() {
  compose "$1" ps --all --quiet |
    xargs -r docker inspect --format '{{.RestartCount}} {{.Config.Image}}' 2>/dev/null |
    awk -v tag=":$1" '$1 > 2 && index($2, tag) { found = 1 } END { exit !found }'
}

# Services that are not as they should be, a line each.
unwell() {
  compose "$1" ps --all --format '{{.Service}} {{.State}} {{.Health}}' |
    awk '$1 != "secrets" && !($2 == "running" && ($3 == "healthy" || $3 == "")) { print $1 }'
}

# up WHICH: what differs is made anew, each with the time it has to end its work, and everything becomes healthy.
up() {
  local which=$1 waiting
  shift
  compose "$which" up --detach --wait --wait-timeout "$limit" --remove-orphans "$@" &
  waiting=$!
  while kill -0 "$waiting" 2>/dev/null; do
    if crashing "$which"; then
      kill "$waiting" 2>/dev/null || true
      wait "$waiting" || true
      return 1
    fi
    sleep 1
  done
  wait "$waiting"
}

before=$(cat "$running" 2>/dev/null || true)
compose "$release" build --quiet

# ── a database that was kept comes back (backup.sh), before anybody writes to the new one ────────────────────────────
if [ ! -e /var/lib/darkroom/begun ]; then
  dump=/var/lib/darkroom/catalogue.dump
  code=$(darkroom-aws s3 "/$BUCKET/backups/catalogue.dump" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
    --output "$dump" --write-out '%{http_code}' || true)
  case $code in
    200)
      compose "$release" up --detach --wait postgres
      # All of it or nothing, so that it can be done again.
      compose "$release" exec -T postgres pg_restore --username=darkroom --dbname=darkroom --no-owner \
        --clean --if-exists --single-transaction <"$dump"
      echo "darkroom: the database that was kept is back"
      ;;
    404) ;;
    *)
      echo "darkroom: S3 answers $code when asked for a database that was kept" >&2
      exit 1
      ;;
  esac
  rm -f "$dump"
  touch /var/lib/darkroom/begun
fi

# Its api alone first, unknown to the gateway: of a release that cannot run, nobody who uses the one before notices.
if [ -n "$before" ] && [ "$before" != "$release" ]; then
  trial=$(compose "$release" run --detach --no-deps api)
  state=starting
  for _ in $(seq "$limit"); do
    state=$(docker inspect --format '{{if .State.Running}}{{.State.Health.Status}}{{else}}ended{{end}}' "$trial")
    [ "$state" = starting ] || break
    sleep 1
  done
  [ "$state" = healthy ] || docker logs --tail 20 "$trial" 2>&1 | cut -c 1-800
  docker rm --force "$trial" >/dev/null
  if [ "$state" != healthy ]; then
    echo "darkroom: release $release does not become healthy: its api is $state. Release $before runs on" >&2
    exit 1
  fi
fi

# Then beside the one that runs, whose work is ended in peace. Which of two `up` would take away differs between versions
# of Compose.
beside() {
  local old
  old=$(compose "$before" ps --quiet api)
  up "$release" --no-deps --no-recreate --scale api=2 api || return 1
  [ -z "$old" ] || docker rm "$(docker stop "$old")" >/dev/null
}
if { [ -z "$before" ] || [ "$before" = "$release" ] || beside; } && up "$release"; then
  printf '%s\n' "$release" >"$running"
  echo "darkroom: release $release is up"
else
  unwell=$(unwell "$release" | xargs)
  # Systems Manager keeps the beginning of what is said: little, and the verdict on the other stream, which comes last.
  # shellcheck disable=SC2086 # a word each
  compose "$release" logs --no-color --tail 20 $unwell | cut -c 1-800 || true
  echo "darkroom: release $release does not become healthy: $unwell" >&2
  if [ -n "$before" ] && [ "$before" != "$release" ]; then
    up "$before"
    echo "darkroom: release $before is back" >&2
  fi
  exit 1
fi

# ── the one before stays, for the way back; older ones go ────────────────────────────────────────────────────────────
for old in /opt/darkroom/releases/*; do
  case ${old##*/} in "$release" | "$before") ;; *) rm -rf "$old" ;; esac
done
docker image prune --all --force --filter until=24h >/dev/null
