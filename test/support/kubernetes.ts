/**
 * Objects of Kubernetes and CloudNativePG, with the fields that deploy/ writes. At these levels another field is refused, as a
 * misspelled one would be ignored or refused by the cluster. After the API references of Kubernetes 1.27 and CloudNativePG 1.26.
 */
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
const labels = z.record(z.string().regex(/^([a-z0-9.-]+\/)?[A-Za-z0-9][\w.-]*$/), z.string().max(63));
const annotations = z.record(z.string(), z.string());
const metadata = z.strictObject({ name, labels: labels.optional(), annotations: annotations.optional() });
const selector = z.strictObject({ matchLabels: labels });
const quantity = z.string().regex(/^\d+(\.\d+)?(m|[kMGTPE]i?|Ki)?$/);
const portNumber = z.int().min(1).max(65535);
const port = z.union([portNumber, z.string().regex(/^[a-z0-9-]{1,15}$/)]);
const count = z.int().min(1);

const resources = z.strictObject({
  requests: z.record(z.enum(['cpu', 'memory']), quantity.optional()).optional(),
  limits: z.record(z.enum(['cpu', 'memory']), quantity.optional()).optional(),
});
const keyOf = z.strictObject({ name, key: z.string().min(1) });
const variable = z.union([
  z.strictObject({ name: z.string().regex(/^[A-Z][A-Z0-9_]*$/), value: z.string() }),
  z.strictObject({
    name: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
    valueFrom: z.strictObject({ secretKeyRef: keyOf }),
  }),
]);
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port }),
  periodSeconds: count,
  timeoutSeconds: count.optional(),
  failureThreshold: count.optional(),
});
const container = z.strictObject({
  name,
  image: z.string().regex(/^[a-z0-9.:/_-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
  command: z.array(z.string()).optional(),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.boolean(),
    readOnlyRootFilesystem: z.boolean(),
    capabilities: z.strictObject({ drop: z.array(z.string()) }),
  }),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name }) })),
  env: z.array(variable),
  volumeMounts: z.array(
    z.strictObject({ name, mountPath: z.string().startsWith('/'), readOnly: z.boolean().optional() }),
  ),
  ports: z.array(z.strictObject({ name, containerPort: portNumber })).optional(),
  startupProbe: probe.optional(),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  resources,
});
const pod = {
  automountServiceAccountToken: z.boolean(),
  imagePullSecrets: z.array(z.strictObject({ name })).optional(),
  securityContext: z.strictObject({
    runAsNonRoot: z.boolean(),
    runAsUser: count,
    runAsGroup: count,
    seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
  }),
  volumes: z.array(
    z.union([
      z.strictObject({ name, emptyDir: z.strictObject({}) }),
      z.strictObject({ name, secret: z.strictObject({ secretName: name }) }),
    ]),
  ),
  containers: z.array(container).min(1),
};
const spread = z.strictObject({
  topologyKey: z.string().min(1),
  maxSkew: count,
  whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']),
  labelSelector: selector,
});
const templateMetadata = z.strictObject({ labels });

/** Template and selector must agree, or the API refuses the object. */
const deployment = z
  .strictObject({
    replicas: count.optional(),
    strategy: z.strictObject({
      type: z.literal('RollingUpdate'),
      rollingUpdate: z.strictObject({ maxSurge: z.int().min(0), maxUnavailable: z.int().min(0) }),
    }),
    selector,
    template: z.strictObject({
      metadata: templateMetadata,
      spec: z.strictObject({
        ...pod,
        terminationGracePeriodSeconds: count,
        topologySpreadConstraints: z.array(spread).nullable(),
      }),
    }),
  })
  .refine(
    (spec) =>
      Object.entries(spec.selector.matchLabels).every(([key, value]) => spec.template.metadata.labels[key] === value),
    'the selector does not match the template',
  );

const job = z.strictObject({
  backoffLimit: z.int().min(0),
  activeDeadlineSeconds: count,
  template: z.strictObject({
    metadata: templateMetadata,
    spec: z.strictObject({ ...pod, restartPolicy: z.enum(['Never', 'OnFailure']) }),
  }),
});

const peer = z.strictObject({
  namespaceSelector: z.looseObject({}).optional(),
  podSelector: z.looseObject({}).optional(),
  ipBlock: z.strictObject({ cidr: z.cidrv4(), except: z.array(z.string()).optional() }).optional(),
});
const policyPorts = z.array(
  z.strictObject({ port, protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional(), endPort: portNumber.optional() }),
);
const networkPolicy = z.strictObject({
  podSelector: z.strictObject({
    matchLabels: labels,
    matchExpressions: z.array(
      z.strictObject({ key: z.string(), operator: z.enum(['In', 'NotIn']), values: z.array(z.string()).min(1) }),
    ),
  }),
  policyTypes: z.array(z.enum(['Ingress', 'Egress'])).min(1),
  // An empty `from` would allow everybody.
  ingress: z.array(z.strictObject({ ports: policyPorts, from: z.array(peer).min(1).optional() })),
  egress: z.array(z.strictObject({ ports: policyPorts.optional(), to: z.array(peer).optional() })),
});

const service = z.strictObject({
  selector: labels,
  ports: z.array(z.strictObject({ name, port: portNumber, targetPort: port })).min(1),
});
const disruptionBudget = z.strictObject({ maxUnavailable: count, selector });
const autoscaler = z.strictObject({
  scaleTargetRef: z.strictObject({ apiVersion: z.string(), kind: z.string(), name }),
  minReplicas: count,
  maxReplicas: count,
  metrics: z.array(
    z.strictObject({
      type: z.literal('Resource'),
      resource: z.strictObject({
        name: z.enum(['cpu', 'memory']),
        target: z.strictObject({ type: z.literal('Utilization'), averageUtilization: count }),
      }),
    }),
  ),
});
const host = z.string().regex(/^[a-z0-9.-]+$/);
const backend = z.strictObject({ service: z.strictObject({ name, port: z.strictObject({ name }) }) });
const ingress = z.strictObject({
  ingressClassName: name.optional(),
  tls: z.array(z.strictObject({ hosts: z.array(host), secretName: name })),
  rules: z.array(
    z.strictObject({
      host,
      http: z.strictObject({
        paths: z.array(
          z.strictObject({ path: z.string().startsWith('/'), pathType: z.enum(['Prefix', 'Exact']), backend }),
        ),
      }),
    }),
  ),
});
const podMonitor = z.strictObject({
  selector,
  podMetricsEndpoints: z.array(
    z.strictObject({
      port: name,
      path: z.string().startsWith('/'),
      relabelings: z.array(z.strictObject({ targetLabel: z.string(), replacement: z.string() })),
    }),
  ),
});

/** It makes the backups. `spec.backup.barmanObjectStore` is deprecated since CloudNativePG 1.26, which announced its removal for 1.31. */
const barmanPlugin = z.literal('barman-cloud.cloudnative-pg.io');

/** In a cluster whose commits wait for as many replicas as there are instances, no commit ends. */
const cluster = z
  .strictObject({
    instances: count,
    imageName: z.string().min(1),
    bootstrap: z.strictObject({ initdb: z.strictObject({ database: z.string(), owner: z.string() }) }),
    postgresql: z.strictObject({
      synchronous: z.strictObject({
        method: z.enum(['any', 'first']),
        number: count,
        dataDurability: z.enum(['required', 'preferred']),
      }),
      // Also numbers are strings here.
      parameters: z.record(z.string(), z.string()),
    }),
    storage: z.strictObject({ size: quantity, storageClass: z.string().optional() }),
    plugins: z
      .array(
        z.strictObject({
          name: barmanPlugin,
          isWALArchiver: z.boolean(),
          parameters: z.strictObject({ barmanObjectName: name }),
        }),
      )
      .optional(),
  })
  .refine(
    ({ postgresql, instances }) => postgresql.synchronous.number < instances,
    'synchronous.number must be below instances',
  );

const objectStore = z.strictObject({
  retentionPolicy: z.string().regex(/^[1-9]\d*[dwm]$/),
  configuration: z.strictObject({
    destinationPath: z.string().regex(/^s3:\/\//),
    s3Credentials: z.strictObject({ accessKeyId: keyOf, secretAccessKey: keyOf }),
  }),
});

const scheduledBackup = z.strictObject({
  // Six fields: seconds come first.
  schedule: z.string().regex(/^(\S+ ){5}\S+$/),
  backupOwnerReference: z.enum(['none', 'self', 'cluster']),
  cluster: z.strictObject({ name }),
  method: z.literal('plugin'),
  pluginConfiguration: z.strictObject({ name: barmanPlugin }),
});

const object = <Kind extends string, Spec extends z.ZodType>(apiVersion: string, kind: Kind, spec: Spec) =>
  z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata, spec });

/** One object. Parse what YAML or a template gives. */
export const kubernetesObject = z.discriminatedUnion('kind', [
  object('apps/v1', 'Deployment', deployment),
  object('batch/v1', 'Job', job),
  object('v1', 'Service', service),
  object('networking.k8s.io/v1', 'NetworkPolicy', networkPolicy),
  object('networking.k8s.io/v1', 'Ingress', ingress),
  object('policy/v1', 'PodDisruptionBudget', disruptionBudget),
  object('autoscaling/v2', 'HorizontalPodAutoscaler', autoscaler),
  object('monitoring.coreos.com/v1', 'PodMonitor', podMonitor),
  object('postgresql.cnpg.io/v1', 'Cluster', cluster),
  object('postgresql.cnpg.io/v1', 'ScheduledBackup', scheduledBackup),
  object('barmancloud.cnpg.io/v1', 'ObjectStore', objectStore),
]);
