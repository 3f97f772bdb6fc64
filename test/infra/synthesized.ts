import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { vi } from 'vitest';
import rawConfig from '../../gatewarden.config.ts';
import { parseConfig } from '../../infra/config.ts';
import { gatewardenApp } from '../../infra/gatewardenApp.ts';

export type StackName = 'Data' | 'Api' | 'Bootstrap' | 'Orders';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** The templates of the whole app, as they would be deployed but for the functions' code. */
export function synthesized(): Readonly<Record<StackName, Template>> {
  // The CDK's own template check takes seconds to load; it runs where the best practices are checked, and at every synth.
  vi.stubEnv('CDK_VALIDATION', 'false');
  const outdir = mkdtempSync(join(tmpdir(), 'gatewarden-infra-'));
  try {
    const app = gatewardenApp(parseConfig(rawConfig), { outdir, context: { 'aws:cdk:bundling-stacks': [] } });
    const assembly = app.synth();
    const template = (name: StackName) => Template.fromJSON(assembly.getStackByName(`Gatewarden-${name}`).template);
    return { Data: template('Data'), Api: template('Api'), Bootstrap: template('Bootstrap'), Orders: template('Orders') };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Resources of one type by logical id. */
export function resources(template: Template, type: string): Readonly<Record<string, Resource>> {
  return template.findResources(type) as Record<string, Resource>;
}
