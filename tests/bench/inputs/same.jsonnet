// SPDX-License-Identifier: Apache-2.0
// Do these results hold the same objects? Each of helm, kustomize, process is YAML or JSON text.
function(results, jsonnet) std.foldl(
  function(verdicts, name)
    local parsed = std.parseYaml(results[name]);
    local documents = if std.isArray(parsed) then parsed else [parsed];
    local objects = std.flattenArrays([if d.kind == 'List' then d.items else [d] for d in documents if d != null]);
    local sorted(list) = std.sort(list, function(o) o.kind + '/' + o.metadata.name);
    // kustomize adds its label to the volume claim template as well.
    local plain(o) = if o.kind != 'StatefulSet' then o else o {
      spec+: { volumeClaimTemplates: [c { metadata: { name: c.metadata.name } } for c in o.spec.volumeClaimTemplates] },
    };
    verdicts { [name]: std.map(plain, sorted(objects)) == sorted(std.parseJson(jsonnet).items) },
  std.objectFields(results),
  {},
)
