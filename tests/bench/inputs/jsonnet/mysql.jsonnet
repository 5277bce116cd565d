// SPDX-License-Identifier: Apache-2.0
// MySQL with replicas, for the benchmark.
function(
  cluster='shop',
  replicas=3,
  image='mysql:8.4',
  storage='20Gi',
  memory='2Gi',
  cpu='1',
  bufferPool='1G',
  rootPassword='change-me',
  replicationPassword='change-me',
)
  local name = cluster + '-db';
  local labels = { app: 'mysql', cluster: cluster };
  local object(kind, suffix='', api='v1') = {
    apiVersion: api,
    kind: kind,
    metadata: { name: name + suffix, labels: labels },
  };
  local service(suffix, selector) = object('Service', suffix) {
    spec: { selector: selector, ports: [{ name: 'mysql', port: 3306, targetPort: 'mysql' }] },
  };
  local secret(key) = { valueFrom: { secretKeyRef: { name: name, key: key } } };
  local size = { cpu: cpu, memory: memory };
  {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      object('ConfigMap') {
        data: {
          'common.cnf': |||
            [mysqld]
            gtid_mode=ON
            enforce_gtid_consistency=ON
            log_bin=binlog
            innodb_buffer_pool_size=%s
            max_connections=200
          ||| % bufferPool,
          'replica.cnf': |||
            [mysqld]
            super_read_only=ON
            relay_log_recovery=ON
            replica_preserve_commit_order=ON
          |||,
        },
      },
      object('Secret') {
        type: 'Opaque',
        stringData: {
          'root-password': rootPassword,
          'replication-user': 'replication',
          'replication-password': replicationPassword,
        },
      },
      service('-members', labels) { spec+: { clusterIP: 'None', publishNotReadyAddresses: true } },
      service('-primary', labels { 'db/role': 'primary' }),
      service('-replicas', labels { 'db/role': 'replica' }),
      object('StatefulSet', api='apps/v1') {
        spec: {
          serviceName: name + '-members',
          replicas: replicas,
          podManagementPolicy: 'Parallel',
          selector: { matchLabels: labels },
          template: {
            metadata: { labels: labels },
            spec: {
              terminationGracePeriodSeconds: 300,
              securityContext: { runAsNonRoot: true, runAsUser: 27, fsGroup: 27 },
              initContainers: [{
                name: 'configure',
                image: image,
                command: ['sh', '-ec', |||
                  cp /source/common.cnf /etc/my.cnf.d/
                  printf '[mysqld]\nserver_id=%d\n' "$((1 + ${HOSTNAME##*-}))" > /etc/my.cnf.d/id.cnf
                  test "${HOSTNAME##*-}" = 0 || cp /source/replica.cnf /etc/my.cnf.d/
                |||],
                volumeMounts: [
                  { name: 'settings', mountPath: '/etc/my.cnf.d' },
                  { name: 'source', mountPath: '/source' },
                ],
              }],
              containers: [{
                name: 'mysqld',
                image: image,
                ports: [{ name: 'mysql', containerPort: 3306 }],
                env: [
                  { name: 'MYSQL_ROOT_PASSWORD' } + secret('root-password'),
                  { name: 'MYSQL_REPLICATION_PASSWORD' } + secret('replication-password'),
                ],
                resources: { requests: size, limits: size },
                startupProbe: { tcpSocket: { port: 'mysql' }, failureThreshold: 120, periodSeconds: 5 },
                readinessProbe: {
                  exec: { command: ['sh', '-c', 'mysqladmin --user=root --password="$MYSQL_ROOT_PASSWORD" ping'] },
                  periodSeconds: 5,
                  timeoutSeconds: 3,
                },
                volumeMounts: [
                  { name: 'data', mountPath: '/var/lib/mysql' },
                  { name: 'settings', mountPath: '/etc/my.cnf.d' },
                ],
              }],
              volumes: [
                { name: 'settings', emptyDir: {} },
                { name: 'source', configMap: { name: name } },
              ],
            },
          },
          volumeClaimTemplates: [{
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: storage } } },
          }],
        },
      },
      object('PodDisruptionBudget', api='policy/v1') {
        spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
      },
    ],
  }
