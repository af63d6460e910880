# One image for every service. Which one runs is the command: api, scheduler, conductor, compute, network or observer.

FROM node:24-slim AS manifests
WORKDIR /app
COPY . .
# Only what says which packages are needed, so that a changed source does not install them again. npm would install the
# testkit's packages with whatever is asked for: for this image there is no testkit.
RUN find . -type f ! -name 'package*.json' ! -name .npmrc -delete && rm -r libs/testkit

FROM node:24-slim AS packages
WORKDIR /app
COPY --from=manifests /app .
# Node itself, an optional package for machines that have none, is in the image already.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error \
    -w @novasim/api -w @novasim/scheduler -w @novasim/conductor -w @novasim/compute -w @novasim/network -w @novasim/observer

# The study pages. What builds them stays behind.
FROM node:24-slim AS pages
WORKDIR /app
COPY --from=manifests /app .
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error -w @novasim/study
COPY libs libs
COPY apps/study apps/study
RUN cd apps/study && node ../../node_modules/vite/bin/vite.js build --logLevel warn

FROM node:24-slim
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/.compiled HEALTH_PORT=8775 \
    MALLOC_ARENA_MAX=1 NODE_OPTIONS=--max-semi-space-size=4
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY . .
COPY --from=pages /app/apps/study/dist apps/study/dist
# Compiled once here instead of in every container that starts.
RUN mkdir .compiled && chown node:node .compiled
USER node
RUN for service in api scheduler conductor compute network observer; do \
      node --input-type=module -e "await import('./apps/$service/src/service.ts')" || exit 1; \
    done
HEALTHCHECK --interval=3s --timeout=5s --start-period=60s --retries=5 CMD ["bash", "tools/check-health.sh"]
ENTRYPOINT ["node", "tools/run-in-container.ts"]
