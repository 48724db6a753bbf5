{{- define "auth.name" -}}
{{- if contains .Chart.Name .Release.Name -}}{{ .Release.Name }}{{- else -}}{{ .Release.Name }}-{{ .Chart.Name }}{{- end -}}
{{- end -}}

{{- define "auth.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "auth.labels" -}}
{{ include "auth.selector" . }}
app.kubernetes.io/version: {{ quote .Chart.AppVersion }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "auth.image" -}}
{{ required "image.repository is required: where the image was pushed (docs/install.md)" .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end -}}

{{- define "auth.environment" -}}
- name: ISSUER
  value: {{ required "issuer is required: the https:// address that people see" .Values.issuer | quote }}
- name: TRUST_PROXY
  value: {{ include "auth.trustProxy" . | quote }}
- name: METRICS_HOST
  value: "0.0.0.0"
{{- range $name, $value := .Values.env }}
- name: {{ $name }}
  value: {{ quote $value }}
{{- end }}
{{- if .Values.cluster.enabled }}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ include "auth.name" . }}-db-app
      key: uri
{{- end }}
{{- end -}}

{{- define "auth.trustProxy" -}}
{{- if .Values.trustProxy -}}
{{ .Values.trustProxy }}
{{- else if and .Values.networkPolicy.enabled .Values.networkPolicy.from -}}
true
{{- else if .Values.ingress.enabled -}}
{{ required "networkPolicy.from is required with an ingress: the pods of its controller. Everybody else could choose the address that limits and the audit log see" "" }}
{{- else -}}
false
{{- end -}}
{{- end -}}

{{- define "auth.container" -}}
image: {{ include "auth.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
envFrom:
  - secretRef:
      name: {{ required "existingSecret is required: a secret with SECRETS and DATABASE_URL" .Values.existingSecret }}
volumeMounts:
  # DATA_DIR of the image: mails without SMTP_URL.
  - name: data
    mountPath: /data
  {{- if (.Values.certificates).existingSecret }}
  - name: certificates
    mountPath: /etc/vibecaas-auth/certificates
    readOnly: true
  {{- end }}
{{- end -}}

{{- define "auth.pod" -}}
automountServiceAccountToken: false
{{- if .Values.imagePullSecrets }}
imagePullSecrets: {{ toJson .Values.imagePullSecrets }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: data
    emptyDir: {}
  {{- if (.Values.certificates).existingSecret }}
  - name: certificates
    secret:
      secretName: {{ .Values.certificates.existingSecret }}
  {{- end }}
{{- end -}}

{{- define "auth.stopSeconds" -}}
{{ add (int (default 5 .Values.env.DRAIN_SECONDS)) (int (default 10 .Values.env.SHUTDOWN_GRACE_SECONDS)) 10 }}
{{- end -}}
