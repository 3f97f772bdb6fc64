/** An API key of API Gateway's own. */
export interface ApiKey {
  readonly id: string;
  readonly value: string;
  readonly isEnabled: boolean;
}

/** API Gateway's own keys, and the usage plans that let them into stages. Nothing here limits or counts. */
export interface ApiKeys {
  /** Throws for a value that another key has. */
  create(key: ApiKey): void;
  createPlan(planId: string, stages: readonly { readonly apiId: string; readonly stage: string }[]): void;
  /** Puts a key into a plan; throws where either does not exist. */
  addToPlan(planId: string, keyId: string): void;
  /** The enabled key with this value that a usage plan lets into the stage. */
  find(value: string, apiId: string, stage: string): ApiKey | undefined;
}

export function createApiKeys(): ApiKeys {
  const keys = new Map<string, ApiKey>();
  const plans = new Map<string, { stages: readonly { apiId: string; stage: string }[]; keyIds: Set<string> }>();
  return {
    create(key) {
      if ([...keys.values()].some(({ value }) => value === key.value)) throw new Error('another API key has this value already.');
      keys.set(key.id, key);
    },
    createPlan: (planId, stages) => void plans.set(planId, { stages, keyIds: new Set() }),
    addToPlan(planId, keyId) {
      const plan = plans.get(planId);
      if (!plan) throw new Error(`there is no usage plan ${planId}.`);
      if (!keys.has(keyId)) throw new Error(`there is no API key ${keyId}.`);
      plan.keyIds.add(keyId);
    },
    find(value, apiId, stage) {
      const key = [...keys.values()].find((one) => one.value === value && one.isEnabled);
      const isLetIn = [...plans.values()].some(({ stages, keyIds }) => key && keyIds.has(key.id) && stages.some((one) => one.apiId === apiId && one.stage === stage));
      return isLetIn ? key : undefined;
    },
  };
}
