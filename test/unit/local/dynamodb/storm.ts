// A store that is written to without pause until it is killed. Prints the number of each transaction that it confirmed.
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { writeSync } from 'node:fs';
import { startDynamo } from '../../../../local/dynamodb/startDynamo.ts';
import { tableLike } from '../../../store/tableLike.ts';
import { documentClient } from './client.ts';

const [dataDir = '', first = '0'] = process.argv.slice(2);
const WRITERS = 8;
const TableName = 'storm';

const { endpoint } = await startDynamo({ dataDir });
const doc = documentClient(endpoint);
if (first === '0') await doc.send(new CreateTableCommand(tableLike(TableName)));

await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(Number(first) + writer)));

async function write(from: number): Promise<never> {
  for (let n = from; ; n += WRITERS) {
    const parts = [0, 1, 2, 3].map((part) => ({ Put: { TableName, Item: { pk: `t${n}`, sk: `${part}`, n } } }));
    const count = { TableName, Key: { pk: 'count', sk: 's' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } };
    await doc.send(new TransactWriteCommand({ TransactItems: [...parts, { Update: count }] }));
    writeSync(1, `${n}\n`);
  }
}
