#!/bin/bash
# Writes the database into the bucket, for a stack that is to come back (`npm run teardown -- --keep-data`). Nothing is
# taken in from here on: what came later would be lost.
set -euo pipefail
. /etc/darkroom/stack.env
# Nothing was ever brought up here.
[ -e /opt/darkroom/running ] || exit 0
containers() { docker ps --quiet --filter label=com.docker.compose.project=darkroom --filter "label=com.docker.compose.service=$1"; }
for service in gateway api worker; do containers "$service" | xargs -r docker stop >/dev/null; done
dump=/var/lib/darkroom/catalogue.dump
docker exec "$(containers postgres)" pg_dump --username=darkroom --dbname=darkroom --format=custom >"$dump"
darkroom-aws s3 "/$BUCKET/backups/catalogue.dump" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
  -H 'content-type: application/octet-stream' --upload-file "$dump"
rm "$dump"
