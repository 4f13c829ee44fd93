#!/bin/bash
# Brings this release up on the host: darkroom-deploy RELEASE REDIS_HOST. It builds the images beside what runs, takes
# over, and waits until everything is healthy; if it does not become so, the release before comes back and this fails.
set -euo pipefail
. /etc/darkroom/stack.env
release=$1
redis=$2
folder=/opt/darkroom/releases/$release
running=/opt/darkroom/running

# ── secrets: from Secrets Manager into memory, from there into the volumes of those who need them ───────────────────
metadata=http://169.254.169.254/latest
session=$(curl -fsS -X PUT "$metadata/api/token" -H 'x-aws-ec2-metadata-token-ttl-seconds: 300')
ask() { curl -fsS -H "x-aws-ec2-metadata-token: $session" "$metadata/meta-data/iam/security-credentials/$1"; }
keys=$(ask "$(ask '')")
secrets=$(
  printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' \
    "$(jq -r .AccessKeyId <<<"$keys")" "$(jq -r .SecretAccessKey <<<"$keys")" "$(jq -r .Token <<<"$keys")" |
    curl -fsS --retry 5 --config - --aws-sigv4 "aws:amz:$REGION:secretsmanager" \
      -H 'content-type: application/x-amz-json-1.1' -H 'x-amz-target: secretsmanager.GetSecretValue' \
      -d "$(jq -n --arg id "$SECRET" '{SecretId: $id}')" "https://secretsmanager.$REGION.amazonaws.com/" |
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
    docker compose --project-directory "/opt/darkroom/releases/$which" \
    -f "/opt/darkroom/releases/$which/docker-compose.yml" \
    -f "/opt/darkroom/releases/$which/provision/host/compose.aws.yml" "$@"
}
before=$(cat "$running" 2>/dev/null || true)
compose "$release" build --quiet
if compose "$release" up --detach --wait --wait-timeout 600 --remove-orphans; then
  printf '%s\n' "$release" >"$running"
  echo "darkroom: release $release is up"
else
  echo "darkroom: release $release does not become healthy" >&2
  compose "$release" ps --all >&2
  compose "$release" logs --no-color --tail 40 >&2 || true
  if [ -n "$before" ] && [ "$before" != "$release" ]; then
    compose "$before" up --detach --wait --wait-timeout 600 --remove-orphans
    echo "darkroom: release $before is back" >&2
  fi
  exit 1
fi

# ── the one before stays, for the way back; older ones go ────────────────────────────────────────────────────────────
for old in /opt/darkroom/releases/*; do
  case ${old##*/} in "$release" | "$before") ;; *) rm -rf "$old" ;; esac
done
docker image prune --all --force --filter until=24h >/dev/null
