#!/bin/bash
# Dumps the database into the bucket for a later stack (`npm run teardown -- --keep-data`). First it stops the services,
# because a later upload would be lost.
set -euo pipefail
. /etc/darkroom/stack.env
# No release was ever started here.
[ -e /opt/darkroom/running ] || exit 0
containers() { docker ps --quiet --filter label=com.docker.compose.project=darkroom --filter "label=com.docker.compose.service=$1"; }
for service in gateway api worker; do containers "$service" | xargs -r docker stop >/dev/null; done
dump=/var/lib/darkroom/catalogue.dump
docker exec "$(containers postgres)" pg_dump --username=darkroom --dbname=darkroom --format=custom >"$dump"
darkroom-aws s3 "/$BUCKET/backups/catalogue.dump" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
  -H 'content-type: application/octet-stream' --upload-file "$dump"
rm "$dump"
