import type { PlatformServices } from '../services.ts';

/** A resource whose properties hold values only. */
export interface ResolvedResource {
  readonly type: string;
  readonly stack: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Path of the construct in the CDK app, or the logical id. */
  readonly cdkPath: string;
  /** Key of an asset in its bucket → the file or folder in the assembly. */
  readonly assets: ReadonlyMap<string, string>;
}

/** What templates can ask of a resource that exists. */
export interface CreatedResource {
  /** Its `Ref`. */
  readonly ref: string;
  /** Its `Fn::GetAtt`s. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Brings one resource into being, at the first start and at every later one. */
export type ResourceHandler = (resource: ResolvedResource, services: PlatformServices) => CreatedResource | Promise<CreatedResource>;

/** Type of a resource → its handler. */
export type ResourceHandlers = Readonly<Record<string, ResourceHandler>>;
