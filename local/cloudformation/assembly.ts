import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { templateSchema } from './template.ts';
import type { Template } from './template.ts';

/** One stack of a cloud assembly. */
export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** Key of an asset in its bucket (`<hash>.zip`) → the file or folder in the assembly. */
  readonly assets: ReadonlyMap<string, string>;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).default([]),
      properties: z.object({ stackName: z.string().optional(), templateFile: z.string().optional(), file: z.string().optional() }).loose().default({}),
    }),
  ),
});
type Artifacts = z.infer<typeof manifestSchema>['artifacts'];

const assetsSchema = z.object({
  files: z
    .record(z.string(), z.object({ source: z.object({ path: z.string().optional() }).loose(), destinations: z.record(z.string(), z.object({ objectKey: z.string() }).loose()) }))
    .default({}),
});

/** The stacks of a synthesized app (`cdk.out`), each after those that it depends on. */
export function readAssembly(assemblyDir: string): AssemblyStack[] {
  const { artifacts } = manifestSchema.parse(readJson(path.join(assemblyDir, 'manifest.json')));
  const nested = Object.entries(artifacts).find(([, { type }]) => type === 'cdk:cloud-assembly');
  if (nested) throw new Error(`The assembly holds the stage "${nested[0]}". The local platform plays apps whose stacks are not in a stage.`);
  const assets = readAssets(assemblyDir, artifacts);
  return inDependencyOrder(artifacts).flatMap((id): AssemblyStack[] => {
    const artifact = artifacts[id];
    if (artifact?.type !== 'aws:cloudformation:stack') return [];
    const { stackName = id, templateFile = `${id}.template.json` } = artifact.properties;
    return [{ name: stackName, template: templateSchema.parse(readJson(path.join(assemblyDir, templateFile))), assets }];
  });
}

function readAssets(assemblyDir: string, artifacts: Artifacts): Map<string, string> {
  const manifests = Object.values(artifacts).filter(({ type }) => type === 'cdk:asset-manifest');
  return new Map(
    manifests.flatMap(({ properties }) => {
      const { files } = assetsSchema.parse(readJson(path.join(assemblyDir, properties.file ?? '')));
      return Object.values(files).flatMap(({ source, destinations }) =>
        Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, path.join(assemblyDir, source.path ?? '')]),
      );
    }),
  );
}

function inDependencyOrder(artifacts: Artifacts): string[] {
  const ordered = new Set<string>();
  const visit = (id: string, from: readonly string[]): void => {
    if (ordered.has(id)) return;
    if (from.includes(id)) throw new Error(`The stacks depend on each other in a circle: ${[...from, id].join(' → ')}.`);
    for (const dependency of artifacts[id]?.dependencies ?? []) visit(dependency, [...from, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id, []);
  return [...ordered];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
