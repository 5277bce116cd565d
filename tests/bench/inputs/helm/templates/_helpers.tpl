{{- define "db.name" -}}
{{ .Release.Name }}-db
{{- end }}
{{- define "db.labels" -}}
app: mysql
cluster: {{ .Release.Name }}
{{- end }}
