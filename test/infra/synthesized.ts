import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { vi } from 'vitest';
import rawConfig from '../../gatewarden.config.ts';
import { parseConfig } from '../../infra/config.ts';
import { gatewardenApp } from '../../infra/gatewardenApp.ts';
import type { Config } from '../../shared/config/config.ts';

/** The templates by the stacks' names, without the deployment's. */
export interface Templates {
  readonly Data: Template;
  readonly Api: Template;
  readonly Bootstrap: Template;
  readonly Jobs: Template;
  readonly Orders: Template;
  readonly Alarms: Template;
  readonly Monitoring: Template;
  readonly [name: string]: Template;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** The templates of the whole app, as they would be deployed but for the functions' code. */
export function synthesized(config: Config = rawConfig): Templates {
  // The CDK's own template check takes seconds to load; it runs where the best practices are checked, and at every synth.
  vi.stubEnv('CDK_VALIDATION', 'false');
  const outdir = mkdtempSync(join(tmpdir(), 'gatewarden-infra-'));
  try {
    const { stacks } = gatewardenApp(parseConfig(config), { outdir, context: { 'aws:cdk:bundling-stacks': [] } }).synth();
    const templates = stacks.map(({ stackName, template }) => [stackName.replace(/^Gatewarden-/, ''), Template.fromJSON(template)] as const);
    return Object.fromEntries(templates) as unknown as Templates;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Resources of one type by logical id. */
export function resources(template: Template, type: string): Readonly<Record<string, Resource>> {
  return template.findResources(type) as Record<string, Resource>;
}
