#!/bin/bash
# Deploys this release on the host: darkroom-deploy RELEASE REDIS_HOST. It builds the images while the running release
# continues, switches over, and waits until everything is healthy. Otherwise it rolls back and fails.
set -euo pipefail
. /etc/darkroom/stack.env
release=$1
redis=$2
running=/opt/darkroom/running
# Seconds until everything is healthy, without the build of the images.
limit=600

# ── secrets: from Secrets Manager into memory, and from there into the volumes of the services that need them ────────
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

# True when Docker has restarted a container of this release three times: do not wait for a crash loop.
crashing() {
  compose "$1" ps --all --quiet |
    xargs -r docker inspect --format '{{.RestartCount}} {{.Config.Image}}' 2>/dev/null |
    awk -v tag=":$1" '$1 > 2 && index($2, tag) { found = 1 } END { exit !found }'
}

# Prints the services that are not healthy, one a line.
unwell() {
  compose "$1" ps --all --format '{{.Service}} {{.State}} {{.Health}}' |
    awk '$1 != "secrets" && !($2 == "running" && ($3 == "healthy" || $3 == "")) { print $1 }'
}

# up RELEASE: replaces the containers that differ, after their time to drain, and waits until everything is healthy.
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

# ── restore a kept database (backup.sh) before anything writes to the new one ────────────────────────────────────────
if [ ! -e /var/lib/darkroom/begun ]; then
  dump=/var/lib/darkroom/catalogue.dump
  code=$(darkroom-aws s3 "/$BUCKET/backups/catalogue.dump" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
    --output "$dump" --write-out '%{http_code}' || true)
  case $code in
    200)
      compose "$release" up --detach --wait postgres
      # In one transaction, so that a failed restore can be repeated.
      compose "$release" exec -T postgres pg_restore --username=darkroom --dbname=darkroom --no-owner \
        --clean --if-exists --single-transaction <"$dump"
      echo "darkroom: restored the kept database"
      ;;
    404) ;;
    *)
      echo "darkroom: could not look for a kept database: S3 answered $code" >&2
      exit 1
      ;;
  esac
  rm -f "$dump"
  touch /var/lib/darkroom/begun
fi

# First start only the new api, which the gateway does not know. If it cannot run, clients are unaffected.
if [ -n "$before" ] && [ "$before" != "$release" ]; then
  trial=$(compose "$release" run --detach --no-deps api)
  state=starting
  for _ in $(seq "$limit"); do
    state=$(docker inspect --format '{{if .State.Running}}{{.State.Health.Status}}{{else}}exited{{end}}' "$trial")
    [ "$state" = starting ] || break
    sleep 1
  done
  [ "$state" = healthy ] || docker logs --tail 20 "$trial" 2>&1 | cut -c 1-800
  docker rm --force "$trial" >/dev/null
  if [ "$state" != healthy ]; then
    echo "darkroom: release $release did not become healthy (api: $state). Release $before is still running" >&2
    exit 1
  fi
fi

# Then start the new api beside the old one, and drain the old one. `up` cannot do this: which of two containers it
# removes differs between versions of Compose.
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
  # Systems Manager keeps only the beginning of each stream. So print few lines of the log, and the verdict to stderr.
  # shellcheck disable=SC2086 # a word each
  compose "$release" logs --no-color --tail 20 $unwell | cut -c 1-800 || true
  echo "darkroom: release $release did not become healthy (not ready: $unwell)" >&2
  if [ -n "$before" ] && [ "$before" != "$release" ]; then
    up "$before"
    echo "darkroom: rolled back to release $before" >&2
  fi
  exit 1
fi

# ── keep the previous release for a rollback, and delete older ones ──────────────────────────────────────────────────
for old in /opt/darkroom/releases/*; do
  case ${old##*/} in "$release" | "$before") ;; *) rm -rf "$old" ;; esac
done
docker image prune --all --force --filter until=24h >/dev/null
