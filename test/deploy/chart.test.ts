/**
 * The Helm chart. Its templates are parsed everywhere; where Go is on the machine they are rendered too, by Go's own templates
 * (render.go), and Kubernetes' objects are looked at.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/index.ts';
import { settingNames } from '../support/deployed.ts';
import { kubernetesObject } from '../support/kubernetes.ts';
import { hasProgram } from '../support/programs.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const chart = parse(read('deploy/helm/Chart.yaml'));
const schema = JSON.parse(read('deploy/helm/values.schema.json'));
const defaults = parse(read('deploy/helm/values.yaml'));
const manifest = JSON.parse(read('package.json'));
const templates = readdirSync('deploy/helm/templates').filter((name) => name.endsWith('.yaml'));

type Tree = Record<string, unknown>;

/** Values on top of others, as Helm merges them. */
function merged(one: Tree, other: Tree): Tree {
  const isTree = (value: unknown): value is Tree =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => {
      const [low, high] = [one[key], other[key]];
      return [key, isTree(low) && isTree(high) ? merged(low, high) : key in other ? high : low];
    }),
  );
}

/** What Node.js and OpenTelemetry read themselves. */
const ofNode = ['NODE_EXTRA_CA_CERTS', 'OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'];

/** Connections that a process may open, with the one of AUDIT_STREAM_URL (docs/operations.md, Connections). */
const { databasePoolSize, workers, drainSeconds, shutdownGraceSeconds } = readConfig({
  ISSUER: 'https://auth.example.com',
  SECRETS: 'x'.repeat(64),
  DATABASE_URL: 'postgresql://db/x',
});
const connectionsOfPod = workers * (databasePoolSize + 8);
/** The operator, the job that migrates, `vcauth`, and what PostgreSQL keeps for superusers. */
const otherConnections = 20;

const given = {
  issuer: 'https://auth.example.com',
  existingSecret: 'auth-secrets',
  image: { repository: 'registry.example.com/vibecaas-auth' },
};

describe('the values of the chart', () => {
  const values = z.fromJSONSchema(schema);

  it('match their schema by default', () => {
    expect(values.safeParse(defaults).success).toBe(true);
    expect(values.safeParse(merged(defaults, given)).success).toBe(true);
  });

  it.each<[string, Tree]>([
    ['an http issuer', { issuer: 'http://auth.example.com' }],
    ['an issuer with a path', { issuer: 'https://example.com/auth' }],
    ['a setting that does not exist', { env: { LOG_LEVLE: 'debug' } }],
    ['a setting that holds a secret', { env: { SECRETS: 'in the values' } }],
    ['a setting that is no string', { env: { WORKERS: 4 } }],
    ['a drain that is no number of seconds', { env: { DRAIN_SECONDS: '5s' } }],
    ['certificates in the values', { certificates: { 'db-ca.pem': '-----BEGIN CERTIFICATE-----' } }],
    ['a misspelled name', { replica: 3 }],
    ['no replicas', { replicas: 0 }],
    ['a tag as the digest', { image: { digest: 'latest' } }],
    ['a cluster with one instance, in which no commit has a replica', { cluster: { instances: 1 } }],
    ['a tag in the repository', { image: { repository: 'registry.example.com/vibecaas-auth:0.1.0' } }],
    ['a rule of egress that allows everything', { networkPolicy: { egress: [{}] } }],
    ['a rule of egress with a port at the wrong level', { networkPolicy: { egress: [{ port: 4318 }] } }],
    ['a rule of egress to a name', { networkPolicy: { egress: [{ to: [{ host: 'collector' }] }] } }],
    ['a port of egress that does not exist', { networkPolicy: { egress: [{ ports: [{ port: 70000 }] }] } }],
  ])('refuse %s', (_what, wrong) => {
    expect(values.safeParse(merged(merged(defaults, given), wrong)).success).toBe(false);
  });

  it('name in env every setting but those of the chart and those with secrets', () => {
    const ofChart = [
      'ISSUER',
      'TRUST_PROXY',
      'METRICS_HOST',
      'HOST',
      'PORT',
      'METRICS_PORT',
      'DATA_DIR',
      'AUTO_MIGRATE',
    ];
    const secret = [
      'DATABASE_URL',
      'DATABASE_DIRECT_URL',
      'DATABASE_REPLICA_URL',
      'SECRETS',
      'SMTP_URL',
      'UPSTREAMS',
      'AUDIT_STREAM_AUTHORIZATION',
    ];
    const elsewhere = ['CLI_USER', 'RATE_LIMITS'];
    const others = [...ofChart, ...secret, ...elsewhere];
    expect(Object.keys(schema.properties.env.properties).toSorted()).toEqual(
      [...settingNames.filter((name) => !others.includes(name)), ...ofNode].toSorted(),
    );
    // docs/configuration.md offers those that libraries read. One of them can hold a password.
    const ofLibraries = [...new Set(read('docs/configuration.md').match(/`OTEL_\w+`/g))].map((name) =>
      name.slice(1, -1),
    );
    expect(ofLibraries.filter((name) => !settingNames.includes(name) && !ofNode.includes(name))).toEqual([
      'OTEL_EXPORTER_OTLP_HEADERS',
    ]);
  });

  it('have the version of package.json', () => {
    expect([chart.version, chart.appVersion]).toEqual([manifest.version, manifest.version]);
  });
});

/** What is wrong with an object, with the paths of the fields. */
const problems = (object: unknown) =>
  (kubernetesObject.safeParse(object).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('deploy/cloudnativepg/cluster.yaml', () => {
  const documents = () => parseAllDocuments(read('deploy/cloudnativepg/cluster.yaml')).map((one) => one.toJS());

  it('has a cluster and its backups, as the operator and its plugin take them', () => {
    expect(documents().map(({ kind }) => kind)).toEqual(['Cluster', 'ObjectStore', 'ScheduledBackup']);
    expect(documents().map(problems)).toEqual([[], [], []]);
    const [cluster, store, backup] = documents();
    expect(cluster.spec.plugins[0].parameters.barmanObjectName).toBe(store.metadata.name);
    expect(backup.spec.cluster.name).toBe(cluster.metadata.name);
    expect(read('docs/install.md')).toContain(`\`${cluster.metadata.name}-app\``);
  });

  it('has connections for as many pods as the chart starts', () => {
    const { max_connections } = documents()[0].spec.postgresql.parameters;
    const pods = defaults.autoscaling.maxReplicas + 1;
    expect(Number(max_connections)).toBeGreaterThanOrEqual(pods * connectionsOfPod + otherConnections);
  });

  it.each<[string, Tree, string]>([
    ['a misspelled field', { spec: { instance: 3 } }, 'spec: Unrecognized key: "instance"'],
    ['another version of the API', { apiVersion: 'postgresql.cnpg.io/v2' }, 'apiVersion: '],
    [
      'a number as a parameter',
      { spec: { postgresql: { parameters: { max_connections: 200 } } } },
      'max_connections: ',
    ],
    [
      'fewer instances than a commit waits for',
      { spec: { instances: 1 } },
      'synchronous.number must be below instances',
    ],
    [
      'the backups of older operators',
      { spec: { backup: { retentionPolicy: '30d' } } },
      'spec: Unrecognized key: "backup"',
    ],
  ])('would be found out with %s', (_what, change, problem) => {
    expect(problems(merged(documents()[0], change)).join('\n')).toContain(problem);
  });

  it('would be found out with a schedule that lacks the seconds', () => {
    expect(problems(merged(documents()[2], { spec: { schedule: '0 3 * * *' } }))).toEqual([
      expect.stringContaining('spec.schedule: '),
    ]);
  });
});

describe('the templates of the chart', () => {
  it('are YAML around their actions', () => {
    for (const name of templates) {
      const text = read(`deploy/helm/templates/${name}`)
        .replaceAll(/^\s*\{\{-? (?:if|else|end|range|include|with)\b.*\}\}\n/gm, '')
        .replaceAll(/\{\{.*?\}\}/g, 'x')
        .replaceAll(/x"(\w+)"x"\w+"x/g, '"$1"');
      expect(parse(text), name).toMatchObject({ kind: expect.any(String), metadata: { name: expect.any(String) } });
    }
  });

  it('close what they open', () => {
    for (const name of readdirSync('deploy/helm/templates')) {
      const text = read(`deploy/helm/templates/${name}`);
      const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
      expect(count(/\{\{-? (if|range|with|define)\b/g), name).toBe(count(/\{\{-? end\b/g));
    }
  });
});

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes
type Rendered = Record<string, any>;

describe.skipIf(!hasProgram('go'))('the chart, rendered (needs go)', () => {
  const renderer = join(tmpdir(), `vcauth-render-${process.pid}`);
  beforeAll(() => {
    const env = { ...process.env, GOFLAGS: '', GO111MODULE: 'off' };
    execFileSync('go', ['build', '-o', renderer, 'test/deploy/render.go'], { env, stdio: 'pipe' });
  });

  function run(values: Tree, release: Tree = {}) {
    const input = JSON.stringify({
      values: merged(merged(defaults, given), values),
      release: { Name: 'auth', Namespace: 'identity', Service: 'Helm', IsInstall: false, ...release },
      chart: { Name: chart.name, Version: chart.version, AppVersion: chart.appVersion },
    });
    return spawnSync(renderer, ['deploy/helm'], { input, encoding: 'utf8' });
  }

  function render(values: Tree = {}, release: Tree = {}): Rendered {
    const { status, stdout, stderr } = run(values, release);
    if (status !== 0) throw new Error(stderr);
    const files = Object.entries<string>(JSON.parse(stdout)).filter(([name]) => name.endsWith('.yaml'));
    const objects = files.map(([, text]) => parse(text)).filter(Boolean);
    return Object.fromEntries(objects.map((object) => [object.kind, object]));
  }

  const everything = {
    autoscaling: { enabled: true },
    ingress: { enabled: true, className: 'nginx', tlsSecret: 'auth-tls' },
    podMonitor: { enabled: true },
    cluster: { enabled: true },
    env: { API_RESOURCES: 'https://api.example.com/mcp=projects:read', OTEL_SERVICE_NAME: 'auth' },
    networkPolicy: { from: [{ namespaceSelector: {} }] },
    imagePullSecrets: [{ name: 'registry' }],
    certificates: { existingSecret: 'auth-certificates' },
  };

  it('has what it should by default, and more when it is told to', () => {
    const always = ['Deployment', 'Job', 'NetworkPolicy', 'PodDisruptionBudget', 'Service'];
    expect(Object.keys(render()).toSorted()).toEqual(always);
    const more = ['Cluster', 'HorizontalPodAutoscaler', 'Ingress', 'PodMonitor'];
    expect(Object.keys(render(everything)).toSorted()).toEqual([...always, ...more].toSorted());
  });

  it('has only objects that Kubernetes and the operator take, without a field that they do not know', () => {
    const usual = { autoscaling: { enabled: false }, topologySpread: [], migration: { enabled: false } };
    const digest = { image: { digest: `sha256:${'0'.repeat(64)}` }, cluster: { storage: { storageClass: 'fast' } } };
    const egress = { networkPolicy: { egress: [{ ports: [{ port: 4318 }] }] } };
    for (const values of [{}, everything, usual, merged(everything, digest), egress])
      for (const object of Object.values(render(values))) expect(problems(object), object.kind).toEqual([]);
  });

  it('never contains a secret, nor what makes one', () => {
    for (const values of [{}, everything]) {
      const objects = render(values);
      expect(Object.keys(objects)).not.toContain('Secret');
      expect(JSON.stringify(objects)).not.toMatch(/randAlpha|openssl/);
    }
  });

  it.each<[string, Tree]>([
    ['issuer', { issuer: '' }],
    ['existingSecret', { existingSecret: '' }],
    ['image.repository', { image: { repository: '' } }],
  ])('says that %s is required', (name, without) => {
    const { status, stderr } = run(without);
    expect(status).toBe(1);
    expect(stderr).toContain(`${name} is required`);
  });

  it('asks /healthz whether to restart and /readyz whether to route, on ports that the image exposes', () => {
    const [container] = render().Deployment.spec.template.spec.containers;
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.startupProbe.httpGet.path).toBe('/healthz');
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    const exposed = /^EXPOSE (.*)$/m.exec(read('Dockerfile'))?.[1]?.split(' ').map(Number);
    expect(container.ports.map((port: { containerPort: number }) => port.containerPort)).toEqual(exposed);
  });

  it('gives every container only settings that exist, by names of the table', () => {
    for (const values of [{}, everything]) {
      const { Deployment, Job } = render(values);
      const containers = [Deployment, Job].flatMap(({ spec }) => spec.template.spec.containers);
      const names = containers.flatMap(({ env }: { env: { name: string }[] }) => env.map(({ name }) => name));
      expect(names.filter((name) => !settingNames.includes(name) && !ofNode.includes(name))).toEqual([]);
      for (const { envFrom } of containers) expect(envFrom).toEqual([{ secretRef: { name: 'auth-secrets' } }]);
    }
  });

  it('runs the image that docs/install.md builds and pushes before, or the digest that it is told', () => {
    const lines = read('docs/install.md').split('\n');
    const lineOf = (start: string) => lines.findIndex((line) => line.startsWith(start));
    const order = ['IMAGE=', 'VERSION=', 'docker build ', 'docker push ', 'helm install '].map(lineOf);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(lines[lineOf('docker build ')]).toMatch(/ --tag "\$IMAGE:\$VERSION" \.$/);
    expect(lines[lineOf('docker push ')]).toBe('docker push "$IMAGE:$VERSION"');
    expect(lines).toContain('  --set image.repository="$IMAGE" \\');
    const readVersion = "VERSION=$(sed -n 's/^appVersion: //p' deploy/helm/Chart.yaml)";
    expect(lines).toContain(readVersion);
    const version = execFileSync('sh', ['-c', `${readVersion}; echo "$VERSION"`], { encoding: 'utf8' }).trim();
    const images = (values: Tree) => {
      const { Deployment, Job } = render(values);
      return [Deployment, Job].map(({ spec }) => spec.template.spec.containers[0].image);
    };
    const built = `${given.image.repository}:${version}`;
    expect(images({})).toEqual([built, built]);
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(images({ image: { digest } })[0]).toBe(`${given.image.repository}@${digest}`);
  });

  it('runs without rights, as the user of the image, on a file system that it cannot write', () => {
    const user = /^USER (\d+):/m.exec(read('Dockerfile'))?.[1];
    for (const { spec } of [render().Deployment, render().Job]) {
      const pod = spec.template.spec;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: Number(user) });
      expect(pod.automountServiceAccountToken).toBe(false);
      for (const { securityContext } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  it('migrates in a job before new pods start; a database of its own is migrated by the first pods', () => {
    const autoMigrate = (objects: Rendered) =>
      objects.Deployment.spec.template.spec.containers[0].env.find(({ name }: Tree) => name === 'AUTO_MIGRATE').value;
    const hook = (objects: Rendered) => objects.Job.metadata.annotations['helm.sh/hook'];
    expect([hook(render()), autoMigrate(render({}, { IsInstall: true }))]).toEqual(['pre-install,pre-upgrade', 'off']);
    const own = { cluster: { enabled: true } };
    expect([hook(render(own)), autoMigrate(render(own))]).toEqual(['pre-upgrade', 'off']);
    expect(autoMigrate(render(own, { IsInstall: true }))).toBe('on');
    const none = render({ migration: { enabled: false } });
    expect([none.Job, autoMigrate(none)]).toEqual([undefined, 'on']);
    expect(render().Job.spec.template.spec.containers[0].command).toEqual(['node', 'src/cli.ts', 'migrate']);
  });

  it('finds its pods by labels that they have, and sends the job no requests', () => {
    const { Deployment, Service, PodDisruptionBudget, NetworkPolicy, PodMonitor, Job } = render(everything);
    const { labels } = Deployment.spec.template.metadata;
    const selectors = [
      Deployment.spec.selector.matchLabels,
      Service.spec.selector,
      PodDisruptionBudget.spec.selector.matchLabels,
      PodMonitor.spec.selector.matchLabels,
      ...Deployment.spec.template.spec.topologySpreadConstraints.map(
        ({ labelSelector }: Rendered) => labelSelector.matchLabels,
      ),
    ];
    expect(selectors).toHaveLength(6);
    for (const selector of selectors) {
      expect(labels).toMatchObject(selector);
      expect(Job.spec.template.metadata.labels).not.toMatchObject(selector);
    }
    // The network policy is for both.
    const { matchLabels, matchExpressions } = NetworkPolicy.spec.podSelector;
    const [{ key, operator, values }] = matchExpressions;
    expect(operator).toBe('In');
    for (const pod of [labels, Job.spec.template.metadata.labels]) {
      expect(pod).toMatchObject(matchLabels);
      expect(values).toContain(pod[key]);
    }
  });

  it('lets pods reach the database at every port that it is told', () => {
    const ports = (values: Tree) =>
      render(values).NetworkPolicy.spec.egress[1].ports.map(({ port }: { port: number }) => port);
    expect(ports({})).toEqual([5432, 6432]);
    expect(ports({ networkPolicy: { databasePorts: [5433] } })).toEqual([5433]);
  });

  it('lets pods reach what else the operator names, by rules of Kubernetes, and nothing else', () => {
    const egress = [
      { to: [{ namespaceSelector: { matchLabels: { name: 'tracing' } } }], ports: [{ port: 4318, protocol: 'TCP' }] },
      { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: [{ port: 9200, endPort: 9299 }] },
      { ports: [{ port: 25 }, { port: 'smtp' }] },
    ];
    const [usual, more] = [{}, { networkPolicy: { egress } }].map((values) => render(values).NetworkPolicy.spec.egress);
    expect(more).toEqual([...usual, ...egress]);
    const ports = usual.flatMap((rule: Rendered) => rule.ports.map(({ port }: { port: number }) => port));
    expect(ports).toEqual([53, 53, 5432, 6432, 443, 8443, 465, 587]);
    expect(
      z.fromJSONSchema(schema).safeParse(merged(merged(defaults, given), { networkPolicy: { egress } })).error,
    ).toBe(undefined);
  });

  it('believes X-Forwarded-For only of those who alone may send requests', () => {
    const from = { networkPolicy: { from: [{ namespaceSelector: {} }] } };
    const trusts = (values: Tree) =>
      render(values).Deployment.spec.template.spec.containers[0].env.find(({ name }: Tree) => name === 'TRUST_PROXY')
        .value;
    expect(trusts({})).toBe('false');
    expect(trusts(from)).toBe('true');
    expect(trusts({ networkPolicy: { ...from.networkPolicy, enabled: false } })).toBe('false');
    expect(trusts({ trustProxy: 'true' })).toBe('true');
    expect(trusts({ ...from, trustProxy: 'false' })).toBe('false');
    const { status, stderr } = run({ ingress: { enabled: true, tlsSecret: 'auth-tls' } });
    expect([status, stderr]).toEqual([1, expect.stringContaining('networkPolicy.from is required with an ingress')]);
  });

  it('leaves the number of pods to the autoscaler, which counts processor time', () => {
    const { Deployment, HorizontalPodAutoscaler } = render(everything);
    expect(Deployment.spec.replicas).toBeUndefined();
    expect(HorizontalPodAutoscaler.spec.scaleTargetRef.name).toBe(Deployment.metadata.name);
    expect(HorizontalPodAutoscaler.spec.metrics[0].resource.name).toBe('cpu');
    expect(Deployment.spec.template.spec.containers[0].resources.requests.cpu).toBe('500m');
  });

  it('waits longer for the end of a pod than the server needs, as the settings say', () => {
    const waits = (env: Tree) => render({ env }).Deployment.spec.template.spec.terminationGracePeriodSeconds;
    expect(waits({})).toBe(drainSeconds + shutdownGraceSeconds + 10);
    expect(waits({ DRAIN_SECONDS: '30', SHUTDOWN_GRACE_SECONDS: '120' })).toBe(160);
    expect(waits({ DRAIN_SECONDS: '0' })).toBe(shutdownGraceSeconds + 10);
  });

  it('lets a database of its own take the connections of all pods, and of one more while they are replaced', () => {
    const { Cluster, Deployment, HorizontalPodAutoscaler } = render(everything);
    const pods = HorizontalPodAutoscaler.spec.maxReplicas + Deployment.spec.strategy.rollingUpdate.maxSurge;
    const { max_connections } = Cluster.spec.postgresql.parameters;
    expect(Number(max_connections)).toBeGreaterThanOrEqual(pods * connectionsOfPod + otherConnections);
  });

  it('lets pods write mails, which reach nobody without SMTP_URL, into the folder of the image', () => {
    const folder = /^ENV .*\bDATA_DIR=(\S+)$/m.exec(read('Dockerfile'))?.[1];
    for (const { spec } of [render().Deployment, render().Job]) {
      const { volumes, containers } = spec.template.spec;
      expect(volumes).toEqual([{ name: 'data', emptyDir: {} }]);
      expect(containers[0].volumeMounts).toEqual([{ name: 'data', mountPath: folder }]);
    }
  });

  it('mounts certificates where settings of the server and of the job can name them', () => {
    const install = read('docs/install.md');
    for (const { spec } of [render(everything).Deployment, render(everything).Job]) {
      const { volumes, containers } = spec.template.spec;
      expect(volumes).toContainEqual({ name: 'certificates', secret: { secretName: 'auth-certificates' } });
      const mount = containers[0].volumeMounts.find(({ name }: Tree) => name === 'certificates');
      expect(mount.readOnly).toBe(true);
      expect(install).toContain(`sslrootcert=${mount.mountPath}/`);
    }
  });

  it('lets nobody read the metrics if nobody is named, instead of everybody', () => {
    const ports = (values: Tree) =>
      render(values).NetworkPolicy.spec.ingress.flatMap((rule: Rendered) => rule.ports.map(({ port }: Tree) => port));
    expect(ports({})).toEqual(['http', 'metrics']);
    const none = { networkPolicy: { metricsFrom: [] } };
    expect(ports(none)).toEqual(['http']);
    expect(problems(render(none).NetworkPolicy)).toEqual([]);
  });

  it('gives the job that migrates its time: docs/install.md lets Helm wait longer', () => {
    const minutes = Number(/^helm upgrade [^`]*?--timeout (\d+)m$/m.exec(read('docs/install.md'))?.[1]);
    expect(minutes * 60).toBeGreaterThan(render().Job.spec.activeDeadlineSeconds);
  });

  it('takes the address of its own database from the operator’s secret', () => {
    const { Deployment, Cluster } = render(everything);
    const env = Deployment.spec.template.spec.containers[0].env;
    expect(env.find(({ name }: Tree) => name === 'DATABASE_URL').valueFrom.secretKeyRef).toEqual({
      name: `${Cluster.metadata.name}-app`,
      key: 'uri',
    });
    expect(Cluster.metadata.annotations['helm.sh/resource-policy']).toBe('keep');
  });

  it('names the job of the alerts for its metrics', () => {
    const [relabeling] = render(everything).PodMonitor.spec.podMetricsEndpoints[0].relabelings;
    expect(relabeling).toEqual({ targetLabel: 'job', replacement: 'vibecaas-auth' });
  });
});
