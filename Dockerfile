# Every image of Darkroom, one target each: api, worker, gateway. `docker compose build` builds them all.
#
# Stages that install packages see only the manifests, so that a source change keeps their layers.

ARG NODE_IMAGE=node:24-bookworm-slim
ARG GATEWAY_IMAGE=nginxinc/nginx-unprivileged:stable

# ── packages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete \
 && find . -type d -empty -delete

# For a workspace, npm also installs the development packages of every workspace that it links to. Without them in the
# manifests, it installs only what is needed at run time.
FROM manifests AS production-manifests
RUN npm pkg delete devDependencies --workspaces --include-workspace-root

FROM manifests AS packages
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --prefer-offline

# Remove types and source maps, which only compilers and debuggers need. Of the decoders, remove builds and fonts that
# libs/imaging does not load, 31 MB. Keep licences.
FROM production-manifests AS api-packages
RUN --mount=type=cache,target=/root/.npm --mount=type=bind,source=tools/sbom.mjs,target=/tools/sbom.mjs \
    npm ci --omit=dev --ignore-scripts --prefer-offline --workspace apps/api \
 && node /tools/sbom.mjs apps/api > sbom.cdx.json \
 && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' \) -delete

FROM production-manifests AS worker-packages
RUN --mount=type=cache,target=/root/.npm --mount=type=bind,source=tools/sbom.mjs,target=/tools/sbom.mjs \
    npm ci --omit=dev --ignore-scripts --prefer-offline --workspace apps/worker \
 && node /tools/sbom.mjs apps/worker > sbom.cdx.json \
 && find node_modules -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' \) -delete \
 && rm -r node_modules/@imagemagick/magick-wasm/dist/x64 \
      node_modules/libheif-js/libheif/libheif.js node_modules/libheif-js/libheif-wasm/libheif-bundle.* \
 && find node_modules/dejavu-fonts-ttf/ttf -type f ! -name DejaVuSans.ttf ! -name DejaVuSans-Bold.ttf -delete

# The packages bundled into the page, needed only for its bill of materials.
FROM production-manifests AS web-packages
RUN --mount=type=cache,target=/root/.npm --mount=type=bind,source=tools/sbom.mjs,target=/tools/sbom.mjs \
    npm ci --omit=dev --ignore-scripts --prefer-offline --workspace apps/web \
 && node /tools/sbom.mjs apps/web > sbom.cdx.json

# ── compilation ──────────────────────────────────────────────────────────────────────────────────────────────────────

FROM packages AS compiled
COPY . .
RUN node_modules/.bin/tsc -b apps/api apps/worker \
 && find apps libs -path '*/dist/*' -type f \( -name '*.d.ts' -o -name '*.d.ts.map' -o -name '.tsbuildinfo' \) -delete

# For each app, the workspace packages that npm has linked for it: manifest and compiled code.
FROM compiled AS workspaces
RUN --mount=type=bind,from=api-packages,source=/app/node_modules/@darkroom,target=/links/api \
    --mount=type=bind,from=worker-packages,source=/app/node_modules/@darkroom,target=/links/worker \
    for link in /links/*/*; do \
      package=$(readlink "$link"); package=${package#../../}; \
      copy=/workspaces/$(basename "$(dirname "$link")")/$package; \
      mkdir -p "$copy" && cp -r "$package/package.json" "$package/dist" "$copy"; \
    done

FROM packages AS web
COPY tsconfig.base.json ./
COPY libs/contracts ./libs/contracts
COPY libs/errors ./libs/errors
COPY apps/web ./apps/web
RUN npm run build --workspace apps/web

# ── images ───────────────────────────────────────────────────────────────────────────────────────────────────────────

# Only Node, without package managers. The data folder belongs to the user who writes there, and a volume inherits that
# owner when it is first mounted.
FROM ${NODE_IMAGE} AS runtime
RUN rm -rf /usr/local/lib/node_modules /opt/yarn* \
      /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg \
 && install -d -o 1000 -g 1000 -m 750 /data
ENV NODE_ENV=production \
    DARKROOM_DATA=/data
WORKDIR /app
COPY LICENSE ./
USER 1000:1000

FROM runtime AS api
COPY --from=api-packages /app/sbom.cdx.json ./
COPY --from=api-packages /app/node_modules ./node_modules
COPY --from=workspaces /workspaces/api ./
ENV DARKROOM_HOST=0.0.0.0 \
    DARKROOM_PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--initial-old-space-size=128", "--enable-source-maps", "apps/api/dist/main.js"]
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Darkroom api" \
      org.opencontainers.image.description="Uploads, catalogue, signed links and live events of Darkroom" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM runtime AS worker
# libavcodec decodes HEIC more than twice as fast as WebAssembly (docs/decisions/0031-heic-by-libavcodec.md). Its name
# belongs to the Debian of NODE_IMAGE. Without it (HEIC_PACKAGES=), the image is 190 MB smaller.
ARG HEIC_PACKAGES=libavcodec59
USER 0:0
RUN if [ -n "${HEIC_PACKAGES}" ]; then \
      apt-get update \
   && apt-get install --yes --no-install-recommends ${HEIC_PACKAGES} \
   && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log; \
    fi
USER 1000:1000
COPY --from=worker-packages /app/sbom.cdx.json ./
COPY --from=worker-packages /app/node_modules ./node_modules
COPY --from=workspaces /workspaces/worker ./
ENV DARKROOM_WORKER_HOST=0.0.0.0 \
    DARKROOM_WORKER_PORT=9090
EXPOSE 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# apps/launcher/src/node-options.ts explains the heap sizes.
CMD ["node", "--max-semi-space-size=4", "--initial-old-space-size=48", "--enable-source-maps", "apps/worker/dist/main.js"]
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Darkroom worker" \
      org.opencontainers.image.description="Turns uploaded pictures into web-ready variants" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

FROM ${GATEWAY_IMAGE} AS gateway
# nginx skips entrypoint scripts that are not executable. Releases of `provision` and checkouts on Windows lose that bit.
COPY --chmod=755 apps/gateway/entrypoint /docker-entrypoint.d
COPY apps/gateway/templates /etc/nginx/templates
COPY --from=web /app/apps/web/dist /usr/share/nginx/html
COPY --from=web-packages /app/sbom.cdx.json /usr/share/darkroom/
COPY LICENSE /usr/share/darkroom/
# The root file system may be read-only: everything is written to /tmp.
ENV NGINX_ENVSUBST_OUTPUT_DIR=/tmp \
    NGINX_ENVSUBST_FILTER=^GATEWAY_
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8081/healthz"]
CMD ["nginx", "-c", "/tmp/darkroom/nginx.conf"]
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Darkroom gateway" \
      org.opencontainers.image.description="nginx in front of Darkroom: the gallery, the proxy to the api, the media" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
