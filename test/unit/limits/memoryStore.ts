import type { LimitClient, UpdateItemInput } from '../../../shared/limits/store.ts';

/** A table that understands the one write a lease makes, and counts. */
export class MemoryTable implements LimitClient {
  readonly items = new Map<string, { used: number; purgeAt: number }>();
  readonly inputs: UpdateItemInput[] = [];
  writes = 0;

  async updateItem(input: UpdateItemInput) {
    this.writes += 1;
    this.inputs.push(input);
    return this.apply(input);
  }

  /** At one instant, as DynamoDB does. */
  apply({ Key, ExpressionAttributeValues: values }: UpdateItemInput): { Attributes: Record<string, { N: string }> } {
    const id = `${Key['pk']?.S} ${Key['sk']?.S}`;
    const item = this.items.get(id);
    const number = (name: string) => Number(values[name]?.N);
    if (item && !(item.used <= number(':limitMinusN'))) {
      throw Object.assign(new Error('The conditional request failed'), {
        name: 'ConditionalCheckFailedException',
        item: { ...Key, used: { N: String(item.used) }, purgeAt: { N: String(item.purgeAt) } },
      });
    }
    const after = { used: (item?.used ?? 0) + number(':n'), purgeAt: number(':purgeAt') };
    this.items.set(id, after);
    return { Attributes: { used: { N: String(after.used) }, purgeAt: { N: String(after.purgeAt) } } };
  }

  used(id: string): number | undefined {
    return this.items.get(id)?.used;
  }
}
